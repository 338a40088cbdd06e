package io.distomon.operator;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.distomon.core.tls.Certificates;
import io.distomon.operator.mirror.ConfigReport;
import io.distomon.operator.mirror.MemberReports;
import io.distomon.operator.mirror.Membership;
import io.distomon.operator.mirror.MirrorState;
import io.distomon.operator.reconcile.DistomonNetworkReconciler;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Instant;

/** The operator knows the core and the resource, and decides in rooms that touch nothing. */
@AnalyzeClasses(packages = "io.distomon", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] PURE = {
        "io.distomon.operator.validate..",
        "io.distomon.operator.names..",
        "io.distomon.operator.members..",
        "io.distomon.operator.keys..",
        "io.distomon.operator.desired..",
        "io.distomon.operator.observed..",
        "io.distomon.operator.status.."
    };

    /** What the mirror hands over is data; the mirror itself lives. */
    private static final Class<?>[] FOUND_BY_THE_MIRROR = {
        MirrorState.class, MemberReports.class, Membership.class, ConfigReport.class
    };

    /** Of fabric8 the objects of Kubernetes only; no client, no framework, no log. */
    @ArchTest
    static final ArchRule PURE_ROOMS_KNOW_NO_CLIENT = classes()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(PURE)
                    .or(belongToAnyOf(FOUND_BY_THE_MIRROR))
                    .or(belongToAnyOf(Certificates.class))
                    .or(resideInAnyPackage(
                            "io.distomon.core.config..",
                            "io.distomon.core.topology..",
                            "io.distomon.core.crypto..",
                            "io.distomon.core.exchange..",
                            "io.distomon.core.text..",
                            "io.distomon.core.threshold..",
                            "io.distomon.core.view..",
                            "io.distomon.crds..",
                            "io.fabric8.kubernetes.api.model..",
                            "java.lang..",
                            "java.math..",
                            "java.net",
                            "java.nio..",
                            "java.security..",
                            "java.time..",
                            "java.util..",
                            "org.jspecify..")));

    @ArchTest
    static final ArchRule PURE_ROOMS_HAVE_NO_THREADS_AND_NO_CLOCK = noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.lang.Thread")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.time.Clock")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("io.distomon.core.Clock")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage("java.util.concurrent.locks..", "java.nio.file..");

    @ArchTest
    static final ArchRule ROOMS_DEPEND_ONE_WAY = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("validate")
            .definedBy("io.distomon.operator.validate..")
            .layer("members")
            .definedBy("io.distomon.operator.members..")
            .layer("names")
            .definedBy("io.distomon.operator.names..")
            .layer("keys")
            .definedBy("io.distomon.operator.keys..")
            .layer("desired")
            .definedBy("io.distomon.operator.desired..")
            .layer("observed")
            .definedBy("io.distomon.operator.observed..")
            .layer("status")
            .definedBy("io.distomon.operator.status..")
            .layer("mirror")
            .definedBy("io.distomon.operator.mirror..")
            .layer("reconcile")
            .definedBy("io.distomon.operator.reconcile..")
            .whereLayer("validate")
            .mayNotAccessAnyLayer()
            .whereLayer("members")
            .mayNotAccessAnyLayer()
            .whereLayer("mirror")
            .mayOnlyAccessLayers("members")
            .whereLayer("names")
            .mayOnlyAccessLayers("validate")
            .whereLayer("keys")
            .mayOnlyAccessLayers("validate", "names", "mirror")
            .whereLayer("desired")
            .mayOnlyAccessLayers("validate", "names", "members", "keys")
            .whereLayer("observed")
            .mayOnlyAccessLayers("validate", "names", "members")
            .whereLayer("status")
            .mayOnlyAccessLayers("validate", "keys", "observed", "mirror");

    /** One look at the cluster a pass; everything else is a function of what it found. */
    @ArchTest
    static final ArchRule THE_CLUSTER_IS_READ_ONCE_A_PASS = noClasses()
            .should()
            .accessTargetWhere(describe(
                    "reads children elsewhere than in the reconciler's observe",
                    access -> access.getTargetOwner().isAssignableTo(Context.class)
                            && access.getTarget().getName().startsWith("getSecondaryResource")
                            && !(access.getOriginOwner().isEquivalentTo(DistomonNetworkReconciler.class)
                                    && access.getOrigin().getName().equals("observe"))));

    @ArchTest
    static final ArchRule A_ROLLOUT_CALLS_NOBODY = noClasses()
            .that()
            .haveFullyQualifiedName("io.distomon.operator.reconcile.Rollout")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.fabric8.kubernetes.client..", "io.javaoperatorsdk..");

    @ArchTest
    static final ArchRule METRICS_ARE_KNOWN_TO_NO_OTHER_ROOM = noClasses()
            .that()
            .resideInAPackage("io.distomon.operator.(*)..")
            .and()
            .resideOutsideOfPackage("io.distomon.operator.metrics..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.prometheus..", "io.distomon.operator.metrics..");

    @ArchTest
    static final ArchRule NO_ROOM_NEEDS_ITSELF =
            slices().matching("io.distomon.operator.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule THE_OPERATOR_KNOWS_NO_NODE_AND_NO_DEMO = noClasses()
            .that()
            .resideInAPackage("io.distomon.operator..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.distomon.node..", "io.distomon.e2e..", "io.micronaut..");

    @ArchTest
    static final ArchRule NOBODY_BELOW_KNOWS_THE_OPERATOR = noClasses()
            .that()
            .resideInAnyPackage("io.distomon.core..", "io.distomon.crds..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.distomon.operator..");
}
