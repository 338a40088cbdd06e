package io.distomon.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The core is plain Java, and its rooms depend on each other one way. */
@AnalyzeClasses(packages = "io.distomon.core", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    /** No framework, no Kubernetes, no HTTP server: adapters know the core, never the other way round. */
    @ArchTest
    static final ArchRule THE_CORE_IS_PLAIN_JAVA = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.distomon.core..",
                    "java..",
                    "javax.crypto..",
                    "javax.net.ssl..",
                    "com.fasterxml.jackson..",
                    "org.bouncycastle..",
                    "org.greenbytes.http..",
                    "org.slf4j..",
                    "org.yaml.snakeyaml..",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule ROOMS_DEPEND_ONE_WAY = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("text")
            .definedBy("io.distomon.core.text..")
            .layer("login")
            .definedBy("io.distomon.core.login..")
            .layer("json")
            .definedBy("io.distomon.core.json..")
            .layer("crypto")
            .definedBy("io.distomon.core.crypto..")
            .layer("topology")
            .definedBy("io.distomon.core.topology..")
            .layer("threshold")
            .definedBy("io.distomon.core.threshold..")
            .layer("tls")
            .definedBy("io.distomon.core.tls..")
            .layer("store")
            .definedBy("io.distomon.core.store..")
            .layer("config")
            .definedBy("io.distomon.core.config..")
            .layer("exchange")
            .definedBy("io.distomon.core.exchange..")
            .optionalLayer("monitor")
            .definedBy("io.distomon.core.monitor..")
            .optionalLayer("view")
            .definedBy("io.distomon.core.view..")
            .layer("record")
            .definedBy("io.distomon.core.record..")
            .layer("alert")
            .definedBy("io.distomon.core.alert..")
            .whereLayer("text")
            .mayNotAccessAnyLayer()
            .whereLayer("login")
            .mayNotAccessAnyLayer()
            .whereLayer("json")
            .mayNotAccessAnyLayer()
            .whereLayer("crypto")
            .mayNotAccessAnyLayer()
            .whereLayer("topology")
            .mayOnlyAccessLayers("crypto")
            .whereLayer("threshold")
            .mayNotAccessAnyLayer()
            .whereLayer("tls")
            .mayNotAccessAnyLayer()
            .whereLayer("store")
            .mayOnlyAccessLayers("json", "crypto")
            .whereLayer("config")
            .mayOnlyAccessLayers("topology", "threshold", "text", "crypto", "tls")
            .whereLayer("exchange")
            .mayOnlyAccessLayers("store", "config", "topology", "json", "crypto")
            .whereLayer("monitor")
            .mayOnlyAccessLayers("exchange", "store", "config", "topology", "threshold", "crypto")
            .whereLayer("view")
            .mayOnlyAccessLayers("store", "config", "topology", "crypto")
            .whereLayer("record")
            .mayOnlyAccessLayers("view", "monitor", "exchange", "store", "topology", "json", "crypto")
            .whereLayer("alert")
            .mayOnlyAccessLayers("view", "exchange", "store", "config", "json", "crypto", "text");

    @ArchTest
    static final ArchRule NO_ROOM_NEEDS_ITSELF =
            slices().matching("io.distomon.core.(*)..").should().beFreeOfCycles();
}
