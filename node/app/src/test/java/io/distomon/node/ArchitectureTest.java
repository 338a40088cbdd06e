package io.distomon.node;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The node is adapters around the core; it knows nothing of Kubernetes, and its rooms depend on each other one way. */
@AnalyzeClasses(packages = "io.distomon.node", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule NO_KUBERNETES = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.distomon.crds..", "io.distomon.operator..", "io.fabric8..", "io.javaoperatorsdk..");

    @ArchTest
    static final ArchRule NO_ROOM_NEEDS_ITSELF =
            slices().matching("io.distomon.node.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule THREADS_AND_CONFIG_KNOW_NO_HTTP_SERVER = noClasses()
            .that()
            .resideInAnyPackage("io.distomon.node.threads..", "io.distomon.node.config..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.micronaut.http..", "io.micronaut.security..", "io.netty..");

    @ArchTest
    static final ArchRule EVIDENCE_KNOWS_THE_CORE_ALONE = noClasses()
            .that()
            .resideInAPackage("io.distomon.node.evidence..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.distomon.node..")
                    .and(resideOutsideOfPackage("io.distomon.node.evidence.."))
                    .or(resideInAnyPackage("io.micronaut..", "io.netty..")));

    @ArchTest
    static final ArchRule COMMANDS_KNOW_NO_API = noClasses()
            .that()
            .resideInAPackage("io.distomon.node.command..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.distomon.node.http..", "io.micronaut..");

    @ArchTest
    static final ArchRule THE_RECORDER_ALONE_KNOWS_SQLITE = noClasses()
            .that()
            .resideOutsideOfPackage("io.distomon.node.record..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "org.sqlite..");

    @ArchTest
    static final ArchRule METRICS_ALONE_KNOW_PROMETHEUS = noClasses()
            .that()
            .resideOutsideOfPackage("io.distomon.node.metrics..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.prometheus..", "io.distomon.node.metrics..");
}
