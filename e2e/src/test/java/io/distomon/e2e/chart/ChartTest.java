package io.distomon.e2e.chart;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.marcnuri.helm.Helm;
import io.distomon.core.topology.Topology;
import io.distomon.e2e.demo.resource.CustomResourceSchema;
import io.distomon.e2e.demo.resource.ResourceFile;
import io.distomon.operator.desired.ChildKind;
import io.distomon.operator.desired.ChildKinds;
import io.distomon.operator.desired.Writing;
import io.distomon.operator.names.ChildMetadata;
import io.distomon.operator.validate.Network;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the chart gives to a cluster, and what it refuses. */
class ChartTest {
    private static final String TWO_NAMESPACES = "watchNamespaces: [lab, monitoring]";
    private static final String EVERYTHING = """
            image: registry.example/distomon-operator@sha256:aa
            nodeImage: registry.example/distomon-node:1
            imagePullPolicy: Always
            imagePullSecrets: [{name: registry}]
            watchNamespaces: [lab]
            mirrorIntervalSeconds: 30
            rolloutPatienceSeconds: 60
            logLevel: DEBUG
            crds: {managed: true}
            expose: {ingresses: false, httpRoutes: false}
            argocd: {health: true, outageIsDegraded: true}
            monitoring: {podMonitor: true, rules: true, dashboards: true, labels: {release: prometheus}}
            page: {enabled: true, port: 9000, secretName: page-login}
            podLabels: {team: net, app.kubernetes.io/name: other}
            podAnnotations: {note: "1"}
            resources: {limits: {cpu: 1, memory: 1Gi}}
            nodeSelector: {zone: a}
            tolerations: [{key: zone, operator: Exists}]
            affinity:
              nodeAffinity:
                requiredDuringSchedulingIgnoredDuringExecution:
                  nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: In, values: [a]}]}]
            """;

    /** All that the operator may do where it looks after networks. */
    private static final List<String> RULES = List.of(
            "distomon.io/distomonnetworks: get list watch",
            "distomon.io/distomonnetworks/status: patch",
            "/secrets: get list watch create update delete",
            "/configmaps: get list watch create update delete",
            "/services: get list watch create patch delete",
            "networking.k8s.io/ingresses: get list watch create patch delete",
            "gateway.networking.k8s.io/httproutes: get list watch create patch delete",
            "apps/deployments: get list watch create update patch delete",
            "policy/poddisruptionbudgets: get list watch create update patch delete",
            "/pods: list watch patch",
            "events.k8s.io/events: create");

    @Test
    void helmHasNothingToSayAgainstIt() {
        var lint = new Helm(Rendered.CHART).lint().strict().call();

        assertThat(lint.isFailed()).as("%s", lint.getMessages()).isFalse();
        assertThat(lint.getMessages()).noneMatch(message -> message.contains("WARNING"));
    }

    @Test
    void itsVersionsAreThoseOfTheProject() throws IOException {
        var chart =
                new YAMLMapper().readTree(Rendered.CHART.resolve("Chart.yaml").toFile());
        String parent = Files.readString(Path.of("..", "pom.xml"));

        assertThat(parent)
                .contains("<artifactId>distomon</artifactId>\n  <version>"
                        + chart.path("appVersion").asText() + "</version>");
    }

    @Test
    void byDefaultTheOperatorLooksAfterEveryNamespace() {
        Rendered rendered = Rendered.with("");

        assertThat(names(rendered))
                .containsExactlyInAnyOrder(
                        "ServiceAccount distomon-system/distomon-operator",
                        "ClusterRole distomon-operator:distomon-system",
                        "ClusterRoleBinding distomon-operator:distomon-system",
                        "Deployment distomon-system/distomon-operator");
        assertThat(permissions(rendered.one(ClusterRole.class).getRules())).containsExactlyInAnyOrderElementsOf(RULES);
    }

    @Test
    void withNamespacesItMayNothingOutsideOfThem() {
        Rendered rendered = Rendered.with(TWO_NAMESPACES);

        assertThat(names(rendered))
                .containsExactlyInAnyOrder(
                        "ServiceAccount distomon-system/distomon-operator",
                        "Role lab/distomon-operator",
                        "RoleBinding lab/distomon-operator",
                        "Role monitoring/distomon-operator",
                        "RoleBinding monitoring/distomon-operator",
                        "Deployment distomon-system/distomon-operator");
        assertThat(rendered.all(Role.class))
                .allSatisfy(
                        role -> assertThat(permissions(role.getRules())).containsExactlyInAnyOrderElementsOf(RULES));
        assertThat(environment(rendered)).containsEntry("WATCH_NAMESPACES", "lab,monitoring");
    }

    @Test
    void everyKindOfChildMayBeWatchedAndWrittenAsItIs() {
        Set<String> allowed = Rendered.with("").one(ClusterRole.class).getRules().stream()
                .flatMap(rule -> rule.getApiGroups().stream()
                        .flatMap(group -> rule.getResources().stream()
                                .flatMap(resource ->
                                        rule.getVerbs().stream().map(verb -> verb + " " + group + "/" + resource))))
                .collect(Collectors.toSet());

        assertThat(ChildKinds.ALL.rows())
                .allSatisfy(kind -> assertThat(allowed)
                        .containsAll(needed(kind)
                                .map(verb -> verb + " " + HasMetadata.getGroup(kind.type()) + "/"
                                        + HasMetadata.getPlural(kind.type()))
                                .toList()));
    }

    private static Stream<String> needed(ChildKind<?> kind) {
        Stream<String> writing = switch (kind.writing()) {
            case Writing.Once<?> once -> Stream.of("update");
            case Writing.Whole<?> whole -> Stream.of("update", "delete");
            case Writing.Applied<?> applied ->
                applied.hasForeign() == null ? Stream.of("patch") : Stream.of("patch", "update");
        };
        Network empty = Network.ofMembers(
                new Network.Owner("monitoring", "lab", "", 1), "lab", Topology.DEFAULT, null, List.of(), List.of());
        boolean isDeleted = kind.obsolete(empty).test("lab-fra");
        return Stream.of(
                        Stream.of("get", "list", "watch", "create"),
                        writing,
                        isDeleted ? Stream.of("delete") : Stream.<String>of())
                .flatMap(verbs -> verbs);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", TWO_NAMESPACES})
    void everyRoleIsBoundToTheOperatorAlone(String values) {
        Rendered rendered = Rendered.with(values);
        String account = rendered.one(ServiceAccount.class).getMetadata().getName();
        Subject operator = new Subject(null, "ServiceAccount", account, Rendered.NAMESPACE);

        assertThat(rendered.all(ClusterRoleBinding.class)).allSatisfy(binding -> {
            assertThat(binding.getRoleRef().getName())
                    .isEqualTo(rendered.one(ClusterRole.class).getMetadata().getName());
            assertThat(binding.getSubjects()).containsExactly(operator);
        });
        assertThat(rendered.all(RoleBinding.class)).allSatisfy(binding -> {
            assertThat(rendered.all(Role.class))
                    .extracting(role -> role.getMetadata().getNamespace() + "/"
                            + role.getMetadata().getName())
                    .contains(binding.getMetadata().getNamespace() + "/"
                            + binding.getRoleRef().getName());
            assertThat(binding.getSubjects()).containsExactly(operator);
        });
        assertThat(pod(rendered).getServiceAccountName()).isEqualTo(account);
    }

    @Test
    void theOperatorIsOnePodThatIsReplacedAsAWhole() {
        Deployment deployment = Rendered.with("").one(Deployment.class);

        assertThat(deployment.getSpec().getReplicas()).isEqualTo(1);
        assertThat(deployment.getSpec().getStrategy().getType()).isEqualTo("Recreate");
        assertThat(deployment.getSpec().getTemplate().getMetadata().getLabels())
                .containsAllEntriesOf(deployment.getSpec().getSelector().getMatchLabels());
    }

    @Test
    void theOperatorIsToldWhatItNeeds() {
        Rendered rendered = Rendered.with("");
        Container container = pod(rendered).getContainers().getFirst();

        assertThat(container.getImage()).isEqualTo("distomon-operator:" + appVersion(rendered));
        assertThat(container.getImagePullPolicy()).isEqualTo("IfNotPresent");
        assertThat(environment(rendered))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "WATCH_NAMESPACES",
                        "",
                        "DISTOMON_NODE_IMAGE",
                        "distomon-node:" + appVersion(rendered),
                        "MIRROR_INTERVAL_SECONDS",
                        "5",
                        "ROLLOUT_PATIENCE_SECONDS",
                        "300",
                        "LOG_LEVEL",
                        "INFO",
                        "POD_NAMESPACE",
                        "v1 metadata.namespace"));
        assertThat(container.getPorts())
                .singleElement()
                .satisfies(port -> assertThat(port.getContainerPort()).isEqualTo(8080));
        assertThat(Stream.of(container.getStartupProbe(), container.getLivenessProbe()))
                .allSatisfy(probe -> assertThat(probe.getHttpGet().getPath()).isEqualTo("/healthz"));
        assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/readyz");
    }

    @Test
    void everyValueReachesItsPlace() {
        Rendered rendered = Rendered.with(EVERYTHING);
        PodSpec pod = pod(rendered);
        Container container = pod.getContainers().getFirst();
        Deployment deployment = rendered.one(Deployment.class);

        assertThat(container.getImage()).isEqualTo("registry.example/distomon-operator@sha256:aa");
        assertThat(container.getImagePullPolicy()).isEqualTo("Always");
        assertThat(environment(rendered))
                .containsEntry("DISTOMON_NODE_IMAGE", "registry.example/distomon-node:1")
                .containsEntry("WATCH_NAMESPACES", "lab")
                .containsEntry("MIRROR_INTERVAL_SECONDS", "30")
                .containsEntry("ROLLOUT_PATIENCE_SECONDS", "60")
                .containsEntry("LOG_LEVEL", "DEBUG");
        assertThat(pod.getImagePullSecrets()).containsExactly(new LocalObjectReference("registry"));
        assertThat(permissions(rendered.one(Role.class).getRules()))
                .as("all but what exposes")
                .containsExactlyInAnyOrderElementsOf(RULES.stream()
                        .filter(rule -> !rule.contains("/ingresses:") && !rule.contains("/httproutes:"))
                        .toList());
        assertThat(deployment.getSpec().getTemplate().getMetadata().getAnnotations())
                .containsExactly(Map.entry("note", "1"));
        assertThat(deployment.getSpec().getTemplate().getMetadata().getLabels())
                .containsEntry("team", "net")
                .containsAllEntriesOf(deployment.getSpec().getSelector().getMatchLabels());
        assertThat(container.getResources().getLimits())
                .containsExactlyInAnyOrderEntriesOf(Map.of("cpu", new Quantity("1"), "memory", new Quantity("1Gi")));
        assertThat(pod.getNodeSelector()).containsExactly(Map.entry("zone", "a"));
        assertThat(pod.getTolerations())
                .singleElement()
                .satisfies(toleration -> assertThat(toleration.getOperator()).isEqualTo("Exists"));
        assertThat(pod.getAffinity().getNodeAffinity()).isNotNull();
    }

    @Test
    void valuesOfAnOlderReleaseThatKnowNothingOfThePageWillDo() {
        assertThat(Rendered.with("page: null").all(Deployment.class)).hasSize(1);
        assertThat(environment(Rendered.with("page: {enabled: true, secretName: page-login, port: null}")))
                .containsEntry("PAGE_PORT", "8000");
    }

    @Test
    void thePageIsThereOnlyWhereItIsAskedForWithItsPasswordInAFile() {
        assertThat(Rendered.with("").all(Service.class)).isEmpty();
        assertThat(pod(Rendered.with("")).getVolumes())
                .extracting(Volume::getName)
                .containsExactly("tmp");

        Rendered rendered = Rendered.with(EVERYTHING);
        Container container = pod(rendered).getContainers().getFirst();
        Service service = rendered.one(Service.class);

        assertThat(service.getMetadata().getName()).isEqualTo("distomon-operator-page");
        assertThat(service.getSpec().getPublishNotReadyAddresses())
                .as("an operator that is not ready tells why")
                .isTrue();
        assertThat(rendered.one(Deployment.class)
                        .getSpec()
                        .getTemplate()
                        .getMetadata()
                        .getLabels())
                .containsAllEntriesOf(service.getSpec().getSelector());
        assertThat(service.getSpec().getPorts()).singleElement().satisfies(port -> {
            assertThat(port.getPort()).isEqualTo(9000);
            assertThat(port.getTargetPort().getStrVal()).isEqualTo("page");
        });
        assertThat(container.getPorts())
                .extracting(port -> port.getName() + " " + port.getContainerPort())
                .containsExactly("health 8080", "page 9000");
        String file = environment(rendered).getOrDefault("PAGE_PASSWORD_FILE", "");
        assertThat(environment(rendered)).containsEntry("PAGE_PORT", "9000");
        assertThat(container.getVolumeMounts())
                .anySatisfy(
                        mount -> assertThat(mount.getMountPath() + "/password").isEqualTo(file));
        assertThat(pod(rendered).getVolumes()).last().satisfies(volume -> {
            assertThat(volume.getSecret().getSecretName()).isEqualTo("page-login");
            assertThat(volume.getSecret().getOptional()).isTrue();
            assertThat(volume.getSecret().getItems())
                    .singleElement()
                    .satisfies(item -> assertThat(item.getPath()).isEqualTo("password"));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", EVERYTHING})
    void itsPodIsAdmittedAtTheRestrictedLevel(String values) {
        assertThat(RestrictedProfile.violations(pod(Rendered.with(values)))).isEmpty();
    }

    @Test
    void theScriptForArgoCdIsOneEntryOfItsConfigMapAndSaysWhatAnOutageIs() throws IOException {
        String key = "resource.customizations.health.distomon.io_DistomonNetwork";
        String script = Files.readString(Rendered.CHART.resolve("argocd").resolve("health.lua"));

        assertThat(Rendered.with("").all(ConfigMap.class)).isEmpty();
        assertThat(Rendered.with("argocd: {health: true}").one(ConfigMap.class).getData())
                .containsExactly(Map.entry(key, script));
        assertThat(Rendered.with("argocd: {health: true, outageIsDegraded: true}")
                        .one(ConfigMap.class)
                        .getData())
                .containsExactly(
                        Map.entry(key, script.replace("outage_is_degraded = false", "outage_is_degraded = true")))
                .doesNotContainValue(script);
    }

    @ParameterizedTest
    @CsvSource({"'', true, ''", "'watchNamespaces: [lab, monitoring]\n', , 'lab,monitoring'"})
    void prometheusLooksAtTheNodesWhereTheOperatorLooksAfterThem(String values, Boolean any, String namespaces) {
        PodMonitor monitor = monitor(Rendered.with(values + "monitoring: {podMonitor: true}"), "distomon-nodes");

        assertThat(monitor.getSpec().getNamespaceSelector().getAny()).isEqualTo(any);
        assertThat(String.join(",", monitor.getSpec().getNamespaceSelector().getMatchNames()))
                .isEqualTo(namespaces);
        assertThat(monitor.getSpec().getSelector().getMatchExpressions())
                .singleElement()
                .satisfies(label -> assertThat(label.getKey()).isEqualTo(ChildMetadata.NODE));
        assertThat(monitor.getSpec().getPodMetricsEndpoints())
                .singleElement()
                .satisfies(endpoint -> assertThat(endpoint.getPort()).isEqualTo("management"));
    }

    @Test
    void prometheusLooksAtTheOperatorWhoseSeriesKeepTheNamespacesOfTheirNetworks() {
        Rendered rendered = Rendered.with("monitoring: {podMonitor: true}");
        PodMonitor monitor = monitor(rendered, "distomon-operator");

        assertThat(rendered.one(Deployment.class)
                        .getSpec()
                        .getTemplate()
                        .getMetadata()
                        .getLabels())
                .containsAllEntriesOf(monitor.getSpec().getSelector().getMatchLabels())
                .doesNotContainKey(ChildMetadata.NODE);
        assertThat(monitor.getSpec().getSelector().getMatchLabels()).isNotEmpty();
        assertThat(monitor.getSpec().getNamespaceSelector()).isNull();
        assertThat(monitor.getSpec().getPodMetricsEndpoints()).singleElement().satisfies(endpoint -> {
            assertThat(pod(rendered).getContainers().getFirst().getPorts())
                    .extracting(ContainerPort::getName)
                    .contains(endpoint.getPort());
            assertThat(endpoint.getHonorLabels()).isTrue();
        });
    }

    @ParameterizedTest
    @CsvSource({"'', 31536000", "'monitoring: {rules: true, keyMaxAgeDays: 90}', 7776000"})
    void afterHowLongAKeyIsOldIsAValue(String values, String seconds) {
        PrometheusRule rules = Rendered.with(values.isEmpty() ? "monitoring: {rules: true}" : values)
                .one(PrometheusRule.class);

        assertThat(rules.getSpec().getGroups().getFirst().getRules())
                .filteredOn(rule -> "DistomonKeyOld".equals(rule.getAlert()))
                .singleElement()
                .satisfies(rule -> assertThat(String.valueOf(rule.getExpr().getValue()))
                        .isEqualTo("time() - distomon_operator_network_oldest_key_timestamp_seconds > " + seconds));
    }

    @Test
    void theAlertsAndDashboardsAreThoseOfItsFiles() throws IOException {
        Rendered rendered = Rendered.with(EVERYTHING);
        var file =
                new YAMLMapper().readTree(Rendered.CHART.resolve("alerts.yaml").toFile());
        PrometheusRule rule = rendered.one(PrometheusRule.class);

        assertThat(new YAMLMapper().<JsonNode>valueToTree(rule.getSpec())).isEqualTo(file);
        ConfigMap dashboards = rendered.all(ConfigMap.class)
                .filter(map -> map.getMetadata().getName().equals("distomon-dashboards"))
                .findFirst()
                .orElseThrow();
        assertThat(dashboards.getMetadata().getLabels()).containsEntry("grafana_dashboard", "1");
        assertThat(dashboards.getData()).hasSize(3);
        for (Map.Entry<String, String> dashboard : dashboards.getData().entrySet()) {
            assertThat(dashboard.getValue() + "\n")
                    .isEqualTo(Files.readString(Rendered.CHART
                            .resolve("dashboards")
                            .resolve(dashboard.getKey().replaceFirst("^distomon-", ""))));
        }
        assertThat(Stream.concat(rendered.all(PodMonitor.class), Stream.of(rule, dashboards)))
                .allSatisfy(
                        object -> assertThat(object.getMetadata().getLabels()).containsEntry("release", "prometheus"));
        assertThat(Rendered.with("").all(PodMonitor.class)).isEmpty();
        assertThat(Rendered.with("").all(PrometheusRule.class)).isEmpty();
    }

    @Test
    void theCrdIsThatOfTheProjectBothWaysItCanBeInstalled() throws IOException {
        CustomResourceDefinition generated = crd(Path.of("..", "crds"));
        Rendered rendered = Rendered.with("crds: {managed: true}");
        CustomResourceDefinition managed = rendered.one(CustomResourceDefinition.class);

        assertThat(crd(Rendered.CHART.resolve("crds"))).isEqualTo(generated);
        assertThat(managed.getSpec()).isEqualTo(generated.getSpec());
        assertThat(managed.getMetadata().getName())
                .isEqualTo(generated.getMetadata().getName());
        assertThat(managed.getMetadata().getAnnotations())
                .containsOnly(
                        Map.entry("helm.sh/resource-policy", "keep"),
                        Map.entry("argocd.argoproj.io/sync-options", "Prune=false,Delete=false"));
        assertThat(Rendered.with("").all(CustomResourceDefinition.class)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    nodeimage: a                           | 'nodeimage' not allowed
                    image: 5                               | '/image': got number, want string
                    nodeImage: a b                         | '/nodeImage': 'a b' does not match pattern
                    imagePullPolicy: Sometimes             | '/imagePullPolicy': value must be one of
                    imagePullSecrets: [registry]           | '/imagePullSecrets/0': got string, want object
                    watchNamespaces: lab                   | '/watchNamespaces': got string, want array
                    watchNamespaces: [Lab]                 | '/watchNamespaces/0': 'Lab' does not match pattern
                    watchNamespaces: [lab, lab]            | '/watchNamespaces': items at 0 and 1 are equal
                    mirrorIntervalSeconds: 0               | '/mirrorIntervalSeconds': minimum: got 0, want 1
                    mirrorIntervalSeconds: 5s              | '/mirrorIntervalSeconds': got string, want integer
                    logLevel: info                         | '/logLevel': value must be one of
                    crds: {install: true}                  | '/crds': additional properties 'install' not allowed
                    monitoring: {rule: true}               | '/monitoring': additional properties 'rule' not allowed
                    monitoring: {keyMaxAgeDays: 0}         | '/monitoring/keyMaxAgeDays': minimum: got 0, want 1
                    monitoring: {labels: {a: 1}}           | '/monitoring/labels/a': got number, want string
                    page: {port: 8080}                     | '/page/port': 'not' failed
                    page: {port: 80}                       | '/page/port': minimum: got 80, want 1,024
                    page: {enabled: true}                  | page.enabled needs page.secretName
                    podLabels: {a: 1}                      | '/podLabels/a': got number, want string
                    podAnnotations: [a]                    | '/podAnnotations': got array, want object
                    resources: {limits: {memory: 64 MB}}   | '/resources/limits/memory': '64 MB' does not match pattern
                    resources: {limit: {memory: 64Mi}}     | '/resources': additional properties 'limit' not allowed
                    nodeSelector: a                        | '/nodeSelector': got string, want object
                    tolerations: {}                        | '/tolerations': got object, want array
                    affinity: []                           | '/affinity': got array, want object
                    """)
    void aWrongValueIsRefusedByItsName(String values, String message) {
        assertThatThrownBy(() -> Rendered.with(values)).hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"[], all namespaces, default", "'[lab, monitoring]', 'the namespaces lab, monitoring', lab"})
    void itsNotesShowANetworkThatTheApiServerTakes(
            String watched, String said, String namespace, @TempDir Path directory) throws IOException {
        String notes = new Helm(Rendered.CHART)
                .install()
                .withName("distomon")
                .withNamespace(Rendered.NAMESPACE)
                .withKubeVersion("1.34.4")
                .withValuesFile(Files.writeString(
                        directory.resolve("values.yaml"),
                        "page: {enabled: true, secretName: page-login}\nwatchNamespaces: " + watched))
                .clientOnly()
                .dryRun()
                .call()
                .getOutput();

        assertThat(notes)
                .contains("looks after the networks in " + said + ".")
                .contains("kubectl -n distomon-system port-forward service/distomon-operator-page 8000")
                .doesNotContain("helm show crds");
        String sample = notes.substring(notes.indexOf("<<END") + 5, notes.indexOf("\n  END"))
                .stripIndent();
        ResourceFile read = ResourceFile.read(
                Files.writeString(directory.resolve("sample.yaml"), sample), CustomResourceSchema.distomonNetwork());
        assertThat(read.mistakes()).isEmpty();
        assertThat(read.resource().at("/metadata/namespace").asText()).isEqualTo(namespace);
    }

    private static List<String> names(Rendered rendered) {
        return rendered.objects().stream().map(ChartTest::name).toList();
    }

    private static String name(HasMetadata object) {
        String namespace = object.getMetadata().getNamespace();
        return object.getKind() + " " + (namespace == null ? "" : namespace + "/")
                + object.getMetadata().getName();
    }

    /** One line per resource: group/resource[names]: verbs. */
    private static List<String> permissions(List<PolicyRule> rules) {
        return rules.stream()
                .peek(rule -> assertThat(rule.getNonResourceURLs()).isEmpty())
                .flatMap(rule -> rule.getApiGroups().stream()
                        .flatMap(group -> rule.getResources().stream()
                                .map(resource -> group + "/" + resource
                                        + (rule.getResourceNames().isEmpty() ? "" : rule.getResourceNames())
                                        + ": " + String.join(" ", rule.getVerbs()))))
                .toList();
    }

    private static PodMonitor monitor(Rendered rendered, String name) {
        return rendered.all(PodMonitor.class)
                .filter(monitor -> monitor.getMetadata().getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static PodSpec pod(Rendered rendered) {
        return rendered.one(Deployment.class).getSpec().getTemplate().getSpec();
    }

    private static String appVersion(Rendered rendered) {
        return requireNonNull(
                rendered.one(Deployment.class).getMetadata().getLabels().get("app.kubernetes.io/version"));
    }

    private static Map<String, String> environment(Rendered rendered) {
        return pod(rendered).getContainers().getFirst().getEnv().stream()
                .collect(Collectors.toMap(EnvVar::getName, ChartTest::value));
    }

    private static String value(EnvVar variable) {
        if (variable.getValueFrom() == null) {
            return variable.getValue();
        }
        var field = variable.getValueFrom().getFieldRef();
        return field.getApiVersion() + " " + field.getFieldPath();
    }

    private static CustomResourceDefinition crd(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> found =
                    files.filter(path -> path.toString().endsWith(".yml")).toList();
            assertThat(found).hasSize(1);
            return (CustomResourceDefinition)
                    Rendered.read(Files.readString(found.getFirst())).getFirst();
        }
    }
}
