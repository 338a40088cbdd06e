package io.distomon.operator.desired;

import static io.distomon.operator.Networks.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.operator.Networks;
import io.distomon.operator.keys.KeyReading;
import io.distomon.operator.keys.NodeKeys;
import io.distomon.operator.observed.MountedKey;
import io.distomon.operator.validate.Network;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressRule;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the children of a network are made with. */
class DesiredTest {
    private static final String SPEC =
            "networkId: prod.eu\nnodes: [{id: fra}, {id: web}, %s]\n".formatted(Networks.external("NYC"));
    private static final Network LAB = Networks.network(SPEC);
    private static final Map<String, NodeKeys> KEYS = Networks.keys(LAB);

    @Test
    void everyManagedNodeHasADeploymentAndAService() {
        Made children = of(LAB, KEYS);

        assertThat(children.deployments()).containsOnlyKeys("fra", "web");
        assertThat(children.services()).containsOnlyKeys("fra", "web");
        assertThat(at(children.deployments(), "fra").getMetadata().getName()).isEqualTo("lab-fra");
        assertThat(at(children.services(), "fra").getMetadata().getName()).isEqualTo("lab-fra");
        assertThat(children.config().getMetadata().getName()).isEqualTo("lab-config");
    }

    @Test
    void everyChildIsGarbageCollectedWithTheResourceAndCarriesOurLabelsOnly() {
        assertThat(Made.all(LAB, KEYS)).allSatisfy(child -> {
            assertThat(child.getMetadata().getNamespace()).isEqualTo("monitoring");
            assertThat(child.getMetadata().getOwnerReferences())
                    .singleElement()
                    .satisfies(owner -> assertThat(owner.getUid()).isEqualTo("u-1"));
            Map<String, String> labels = new LinkedHashMap<>(child.getMetadata().getLabels());
            labels.remove("distomon.io/node");
            assertThat(labels)
                    .isEqualTo(
                            Map.of("app.kubernetes.io/managed-by", "distomon-operator", "distomon.io/network", "lab"));
        });
    }

    @Test
    void aSidecarHasAllThatANodeHasButAPod() {
        Network lab = Networks.network(
                "nodes: [{id: fra}, {id: ams}, {id: web, type: Sidecar, url: 'https://web.example.com'}]");
        Map<String, NodeKeys> keys = Networks.keys(lab);
        Made children = of(lab, keys);

        assertThat(children.deployments()).containsOnlyKeys("fra", "ams");
        assertThat(children.services()).containsOnlyKeys("fra", "ams", "web");
        assertThat(children.config().getData()).containsKeys("web.pub", "nodeconf-web.yml");
        assertThat(text(children, "config.yml")).contains("http://lab-web.monitoring.svc:8000");
        assertThat(at(children.services(), "web").getSpec().getSelector())
                .isEqualTo(Map.of("distomon.io/network", "lab", "distomon.io/node", "web"));
        assertThat(at(children.services(), "web").getSpec().getPorts())
                .extracting(port -> port.getTargetPort().getStrVal())
                .containsExactly("distomon");
        assertThat(children.forOutside())
                .singleElement()
                .satisfies(
                        files -> assertThat(files.getData().get("config.yml")).contains("https://web.example.com"));
        assertThat(children.budgets())
                .singleElement()
                .satisfies(budget -> assertThat(budget.getSpec().getSelector().getMatchLabels())
                        .as("somebody else's pod has no such label")
                        .containsEntry("app.kubernetes.io/managed-by", "distomon-operator"));
    }

    @Test
    void aSidecarSignsWithACopyOfTheKeyInUseUnderOneNameForEver() {
        Network lab = Networks.network("nodes: [{id: fra}, {id: web, type: Sidecar}]");
        Map<String, NodeKeys> keys = Networks.keys(lab);
        KeyReading.Held old = at(keys, "web").signing();
        KeyReading.Held next = new KeyReading.Held("web", 2, "lab-web-key-2", old.publicKey());

        for (KeyReading.Held signing : List.of(old, next)) {
            Secret copy = at(
                    of(lab, Map.of("web", new NodeKeys("web", signing, List.of(old, next), List.of(), List.of())))
                            .sidecarKeys(),
                    "web");

            assertThat(copy.getMetadata().getName()).isEqualTo("lab-web-sidecar");
            assertThat(copy.getData()).containsOnlyKeys("web_lab.key");
            assertThat(copy.getImmutable()).isNull();
            assertThat(MountedKey.generation(lab, "web", copy)).isEqualTo(signing.generation());
        }
        assertThat(SidecarKey.KIND.obsolete(lab))
                .accepts("lab-fra-sidecar")
                .rejects("lab-web-sidecar", "lab-web-key-1", "lab-config", "other-web-sidecar");
    }

    @Test
    void aNodeOfARepositoryFollowsItWithWhatOpensItAndHasRoomForIt() {
        Network git = Networks.network("""
                nodes: [{id: fra}, {id: web, type: Sidecar}]
                membership:
                  type: Git
                  git:
                    url: https://git.example.com/lab.git
                    branch: main
                    pollSeconds: 7
                    credentialsSecretRef: {name: my-git}
                    trustedSigners: ssh-ed25519 AAAA
                """);
        Map<String, io.distomon.core.config.Secret> opens =
                Map.of("password", new io.distomon.core.config.Secret("glpat"));

        Made children = Made.ofGit(git, Networks.keys(git), opens);

        for (String node : List.of("fra", "web")) {
            assertThat(text(children, "nodeconf-%s.yml".formatted(node))).contains("""
                      config_type: git
                      git_repo: "https://git.example.com/lab.git"
                      git_branch: "main"
                      git_token_file: "secrets/git/password"
                      git_trusted_signers: "networks/lab/trusted_signers"
                      git_poll_seconds: 7
                    """);
        }
        assertThat(text(children, "trusted_signers")).isEqualTo("ssh-ed25519 AAAA");
        assertThat(children.git())
                .singleElement()
                .satisfies(copy -> assertThat(copy.getMetadata().getName()).isEqualTo("lab-git"))
                .satisfies(copy -> assertThat(copy.getData()).containsOnlyKeys("password"));
        PodSpec pod = at(children.deployments(), "fra").getSpec().getTemplate().getSpec();
        Container node = pod.getContainers().getFirst();
        assertThat(node.getVolumeMounts())
                .extracting(VolumeMount::getMountPath)
                .contains("/config/secrets/git", "/config/.git_networks");
        assertThat(node.getEnv()).contains(new EnvVar("DISTOMON_CONFIG_WAIT_FOR_GIT", "true", null));
        assertThat(children.forOutside()).as("the repository is for all").isEmpty();
        assertThat(GitSecret.KIND.obsolete(git)).rejects("lab-git");
        assertThat(GitSecret.KIND.obsolete(LAB)).accepts("lab-git").rejects("lab-config", "lab-git-key-1");
        assertThat(Made.all(git, Networks.keys(git)))
                .as("nothing is given: what runs stays as it is, its files too")
                .extracting(child -> child.getMetadata().getName())
                .doesNotContain("lab-git", "lab-config")
                .contains("lab-login");
        assertThat(Made.all(git, Networks.keys(git))).noneMatch(Deployment.class::isInstance);
    }

    @Test
    void aCopyOfWhatOpensARepositoryIsOfOneSecretAndForOneServer() {
        Network git = ofRepository("https://git.example.com/lab.git", "my-git");
        Secret copy = Made.ofGit(
                        git, Networks.keys(git), Map.of("password", new io.distomon.core.config.Secret("glpat")))
                .git()
                .getFirst();

        assertThat(isFor(copy, "https://git.example.com/other.git", "my-git")).isTrue();
        assertThat(isFor(copy, "https://git.example.com/lab.git", "another")).isFalse();
        assertThat(isFor(copy, "https://git.example.org/lab.git", "my-git")).isFalse();
        assertThat(isFor(copy, "https://git.example.com:8443/lab.git", "my-git"))
                .isFalse();
        assertThat(isFor(copy, "git@git.example.com:lab.git", "my-git")).isFalse();
    }

    private static boolean isFor(Secret copy, String url, String secret) {
        return GitSecret.isFor(
                copy, Objects.requireNonNull(ofRepository(url, secret).git()));
    }

    private static Network ofRepository(String url, String secret) {
        return Networks.network(
                "{nodes: [{id: fra}], membership: {type: Git, git: {url: '%s', credentialsSecretRef: {name: %s}}}}"
                        .formatted(url, secret));
    }

    @Test
    void whileSomethingElseMaySignAsANodeItIsNotRunAndHasNothingToSignWith() {
        Network lab = Networks.network("nodes: [{id: fra}, {id: web, type: Sidecar}]");

        Made children = Made.of(lab, Networks.keys(lab), Set.of("fra", "web"));

        assertThat(children.deployments()).isEmpty();
        assertThat(children.sidecarKeys()).isEmpty();
        assertThat(NodeDeployment.KIND.obsolete(lab))
                .as("one that exists stays")
                .rejects("lab-fra");
    }

    @Test
    void whatANodeOfTheOtherKindHadHasToGo() {
        Network lab = Networks.network("nodes: [{id: fra}, {id: web, type: Sidecar}]");

        assertThat(NodeDeployment.KIND.obsolete(lab)).accepts("lab-web").rejects("lab-fra");
        assertThat(NodeService.KIND.obsolete(lab)).rejects("lab-web", "lab-fra");
    }

    @Test
    void aNodeIsReachedFromOutsideByItsServiceOrByAnIngressForItsHost() {
        Network lab = Networks.network("""
                nodes:
                - {id: fra, expose: {type: LoadBalancer, annotations: {example.com/size: small}}}
                - {id: ams, expose: {type: NodePort}}
                - id: nyc
                  url: https://nyc.example.com/
                  expose: {type: Ingress, ingressClassName: nginx, tlsSecretName: nyc-tls, annotations: {a.example/b: c}}
                - {id: sgp}
                """);
        Made children = of(lab, Networks.keys(lab));

        assertThat(at(children.services(), "fra").getSpec().getType()).isEqualTo("LoadBalancer");
        assertThat(at(children.services(), "fra").getMetadata().getAnnotations())
                .isEqualTo(Map.of("example.com/size", "small"));
        assertThat(at(children.services(), "ams").getSpec().getType()).isEqualTo("NodePort");
        for (String inside : List.of("nyc", "sgp")) {
            assertThat(at(children.services(), inside).getSpec().getType()).isNull();
        }
        assertThat(children.ingresses()).containsOnlyKeys("nyc");
        assertThat(new KubernetesSerialization()
                        .asYaml(at(children.ingresses(), "nyc").getSpec()))
                .isEqualTo("""
                        ---
                        ingressClassName: "nginx"
                        rules:
                        - host: "nyc.example.com"
                          http:
                            paths:
                            - backend:
                                service:
                                  name: "lab-nyc"
                                  port:
                                    name: "api"
                              path: "/"
                              pathType: "Prefix"
                        tls:
                        - hosts:
                          - "nyc.example.com"
                          secretName: "nyc-tls"
                        """);
        assertThat(at(children.ingresses(), "nyc").getMetadata().getAnnotations())
                .isEqualTo(Map.of("a.example/b", "c"));
        assertThat(NodeIngress.KIND.obsolete(lab)).accepts("lab-fra", "lab-sgp").rejects("lab-nyc");
        assertThat(at(children.deployments(), "fra"))
                .as("no pod is made anew for it")
                .extracting(deployment ->
                        deployment.getSpec().getTemplate().getSpec().getContainers())
                .isEqualTo(at(
                                of(Networks.network("nodes: [{id: fra}]"), Networks.keys(lab))
                                        .deployments(),
                                "fra")
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers());
    }

    @Test
    void nodesServeHttpsWithACertificateOfTheirNetworksOrOfTheirOwn() {
        Network https = Networks.network("""
                tls: {secretName: lab-tls}
                nodes:
                - {id: fra}
                - {id: ams, tls: {secretName: ams-tls}}
                - {id: web, type: Sidecar}
                """);
        Made children = of(https, Networks.keys(https));

        assertThat(mountedCertificate(at(children.deployments(), "fra"))).isEqualTo("lab-tls");
        assertThat(mountedCertificate(at(children.deployments(), "ams"))).isEqualTo("ams-tls");
        assertThat(pod(at(children.deployments(), "fra"))
                        .getContainers()
                        .getFirst()
                        .getEnv())
                .contains(new EnvVar("DISTOMON_TLS_DIRECTORY", "/config/tls", null));
        assertThat(text(children, "config.yml"))
                .contains(
                        "url: \"https://lab-fra.monitoring.svc:8000\"",
                        "url: \"https://lab-ams.monitoring.svc:8000\"",
                        "url: \"https://lab-web.monitoring.svc:8000\"");
        assertThat(text(children, "nodeconf-fra.yml")).doesNotContain("tls");
    }

    @Test
    void oneNodeServesHttpsAndTheOthersHttp() {
        Network mixed = Networks.network("nodes: [{id: fra, tls: {secretName: fra-tls}}, {id: ams}]");
        Made children = of(mixed, Networks.keys(mixed));

        assertThat(text(children, "config.yml"))
                .contains(
                        "url: \"https://lab-fra.monitoring.svc:8000\"", "url: \"http://lab-ams.monitoring.svc:8000\"");
        assertThat(mountedCertificate(at(children.deployments(), "fra"))).isEqualTo("fra-tls");
        assertThat(pod(at(children.deployments(), "ams")).getVolumes())
                .noneMatch(volume -> volume.getName().equals("tls"));
    }

    @Test
    void whomTheNodesTrustStandsInTheirConfigAndRestartsNone() {
        String spec = "nodes: [{id: fra}]\n";
        Network lab = Networks.network(spec);
        Network trusting = Networks.network(spec + "tls:\n  caCertificates: |\n" + Networks.AUTHORITY.indent(4));
        Map<String, NodeKeys> keys = Networks.keys(lab);
        Made children = of(trusting, keys);

        assertThat(text(children, "ca.crt")).isEqualTo(Networks.AUTHORITY);
        assertThat(text(children, "nodeconf-fra.yml")).contains("tls:\n  ca_file: \"networks/lab/ca.crt\"\n");
        assertThat(children.deployments()).isEqualTo(of(lab, keys).deployments());
        assertThat(text(of(lab, keys), "nodeconf-fra.yml")).doesNotContain("tls");
    }

    @Test
    void aNodeIsToldWhatStandsInFrontOfItAndTheOthersGoOnToAskItDirectly() {
        String nodes = "nodes: [{id: fra}, {id: ams, http: {pathPrefix: /ams}}, {id: web, type: Sidecar}]";
        Network plain = Networks.network("nodes: [{id: fra}, {id: ams}, {id: web, type: Sidecar}]");
        Network behind =
                Networks.network("http: {pathPrefix: /mesh, trustedProxies: [10.0.0.0/8, 'fd00::1']}\n" + nodes);
        Map<String, NodeKeys> keys = Networks.keys(plain);
        Made children = of(behind, keys);

        assertThat(container(children, "fra").getEnv())
                .contains(
                        new EnvVar("DISTOMON_PATH_PREFIX", "/mesh", null),
                        new EnvVar("DISTOMON_TRUSTED_PROXIES", "10.0.0.0/8,fd00::1", null));
        assertThat(container(children, "ams").getEnv()).contains(new EnvVar("DISTOMON_PATH_PREFIX", "/ams", null));
        assertThat(container(of(plain, keys), "fra").getEnv())
                .extracting(EnvVar::getName)
                .doesNotContain("DISTOMON_PATH_PREFIX", "DISTOMON_TRUSTED_PROXIES");
        assertThat(text(children, "config.yml")).isEqualTo(text(of(plain, keys), "config.yml"));
        assertThat(container(children, "fra").getLivenessProbe())
                .as("the management port is behind nothing")
                .isEqualTo(container(of(plain, keys), "fra").getLivenessProbe());
    }

    @Test
    void severalNodesAreBehindOneHostEachBelowItsPath() {
        Network lab = Networks.network("""
                nodes:
                - {id: fra, url: 'https://mesh.example.com/fra', http: {pathPrefix: /fra}, expose: {type: Ingress}}
                - {id: ams, url: 'https://mesh.example.com/eu/ams/', http: {pathPrefix: /eu/ams}, expose: {type: Ingress}}
                """);
        Made children = of(lab, Networks.keys(lab));

        assertThat(List.of("fra", "ams"))
                .extracting(node -> path(at(children.ingresses(), node)))
                .containsExactly("mesh.example.com /fra", "mesh.example.com /eu/ams");
    }

    @Test
    void aNodeIsReachedFromOutsideByARouteOfAGatewayForItsHost() {
        Network lab = Networks.network("""
                nodes:
                - id: fra
                  url: https://mesh.example.com/fra
                  http: {pathPrefix: /fra}
                  expose:
                    type: HTTPRoute
                    gateway: {name: public, namespace: gateways, sectionName: https}
                    annotations: {a.example/b: c}
                - {id: ams, url: 'https://ams.example.com/', expose: {type: HTTPRoute, gateway: {name: public}}}
                - {id: nyc}
                """);
        Map<String, HTTPRoute> routes = of(lab, Networks.keys(lab)).routes();

        assertThat(routes).containsOnlyKeys("fra", "ams");
        assertThat(new KubernetesSerialization().asYaml(at(routes, "fra").getSpec()))
                .isEqualTo("""
                        ---
                        hostnames:
                        - "mesh.example.com"
                        parentRefs:
                        - name: "public"
                          namespace: "gateways"
                          sectionName: "https"
                        rules:
                        - backendRefs:
                          - name: "lab-fra"
                            port: 8000
                          matches:
                          - path:
                              type: "PathPrefix"
                              value: "/fra"
                        """);
        assertThat(at(routes, "fra").getMetadata().getAnnotations()).isEqualTo(Map.of("a.example/b", "c"));
        assertThat(at(routes, "ams").getSpec().getParentRefs())
                .singleElement()
                .satisfies(gateway -> assertThat(gateway.getNamespace()).isNull());
        assertThat(NodeRoute.KIND.obsolete(lab)).accepts("lab-nyc").rejects("lab-fra", "lab-ams");
    }

    private static String path(Ingress ingress) {
        IngressRule rule = ingress.getSpec().getRules().getFirst();
        return rule.getHost() + " " + rule.getHttp().getPaths().getFirst().getPath();
    }

    private static Container container(Made children, String node) {
        return pod(at(children.deployments(), node)).getContainers().getFirst();
    }

    private static String mountedCertificate(Deployment deployment) {
        VolumeMount mount = pod(deployment).getContainers().getFirst().getVolumeMounts().stream()
                .filter(each -> each.getMountPath().equals("/config/tls"))
                .findFirst()
                .orElseThrow();
        return pod(deployment).getVolumes().stream()
                .filter(volume -> volume.getName().equals(mount.getName()))
                .findFirst()
                .orElseThrow()
                .getSecret()
                .getSecretName();
    }

    @Test
    void aServiceFindsItsNodeAlsoWhenThatIsNotReady() {
        Service service = at(of(LAB, KEYS).services(), "fra");
        Map<String, String> podLabels = at(of(LAB, KEYS).deployments(), "fra")
                .getSpec()
                .getTemplate()
                .getMetadata()
                .getLabels();

        assertThat(service.getSpec().getPublishNotReadyAddresses()).isTrue();
        assertThat(podLabels).containsAllEntriesOf(service.getSpec().getSelector());
        assertThat(service.getSpec().getSelector())
                .isEqualTo(Map.of("distomon.io/network", "lab", "distomon.io/node", "fra"));
        assertThat(NodeAddresses.inCluster(LAB).of("fra")).hasToString("http://lab-fra.monitoring.svc:8000");
        assertThat(service.getSpec().getPorts()).singleElement().satisfies(port -> {
            assertThat(port.getPort()).isEqualTo(8000);
            assertThat(port.getTargetPort().getStrVal()).isEqualTo("api");
            assertThat(port.getProtocol()).isEqualTo("TCP");
        });
    }

    @Test
    void drainsTakeOneNodeOfANetworkAtATimeAndAreHeldUpByNoneThatIsDown() {
        PodDisruptionBudget budget = of(LAB, KEYS).budgets().getFirst();

        assertThat(of(LAB, KEYS).budgets()).hasSize(1);
        assertThat(budget.getMetadata().getName()).isEqualTo("lab-nodes");
        assertThat(budget.getSpec().getMaxUnavailable().getIntVal()).isEqualTo(1);
        assertThat(budget.getSpec().getMinAvailable()).isNull();
        assertThat(budget.getSpec().getUnhealthyPodEvictionPolicy()).isEqualTo("AlwaysAllow");
        assertThat(of(LAB, KEYS).deployments().values())
                .allSatisfy(deployment -> assertThat(
                                deployment.getSpec().getTemplate().getMetadata().getLabels())
                        .containsAllEntriesOf(budget.getSpec().getSelector().getMatchLabels()));
        assertThat(budget.getSpec().getSelector().getMatchLabels()).containsEntry("distomon.io/network", "lab");
    }

    @Test
    void aSingleNodeMayBeDrainedAndWhatKeptItFromThatLeaves() {
        Network single = Networks.network("nodes: [{id: fra}, %s]".formatted(Networks.external("NYC")));

        assertThat(of(single, Networks.keys(single)).budgets()).isEmpty();
        assertThat(NodesBudget.KIND.obsolete(single)).accepts("lab-nodes");
        assertThat(NodesBudget.KIND.obsolete(LAB)).rejects("lab-nodes").accepts("lab-others");
    }

    @Test
    void membersElsewhereGetTheFilesWithTheAddressesThatManagedNodesHaveThere() {
        Network network = Networks.network("nodes: [{id: fra, url: 'https://fra.example.com/mesh/'}, {id: web}, %s]"
                .formatted(Networks.external("NYC")));
        Made children = of(network, Networks.keys(network));

        assertThat(children.forOutside()).singleElement().satisfies(files -> {
            assertThat(files.getMetadata().getName()).isEqualTo("lab-network");
            assertThat(files.getData()).containsOnlyKeys("config.yml", "fra.pub", "web.pub", "NYC.pub");
            assertThat(files.getData().get("config.yml"))
                    .contains("url: \"https://fra.example.com/mesh\"", "url: \"http://lab-web.monitoring.svc:8000\"");
        });
        assertThat(text(children, "config.yml")).contains("http://lab-fra.monitoring.svc:8000");
    }

    @Test
    void thresholdsReachAllMembersAndChangeNeitherPodsNorWhatMembersAgreeOn() {
        String nodes = "nodes: [{id: fra}, {id: web, type: Sidecar}, %s]\n".formatted(Networks.external("NYC"));
        Network without = Networks.network(nodes);
        Network with = Networks.network(
                nodes + "thresholds: {roundTripMs: 120, links: [{from: NYC, to: fra, unlimited: [RoundTrip]}]}");
        Map<String, NodeKeys> keys = Networks.keys(without);

        Made before = of(without, keys);
        Made after = of(with, keys);

        String thresholds = """
                thresholds:
                  round_trip_ms: 120
                  links:
                  - {from: "NYC", to: "fra", round_trip_ms: off}
                """;
        assertThat(text(after, "config.yml")).contains(thresholds);
        assertThat(after.forOutside().getFirst().getData().get("config.yml")).contains(thresholds);
        assertThat(text(before, "config.yml")).doesNotContain("thresholds");
        assertThat(after.deployments()).isEqualTo(before.deployments());
        assertThat(after.configDigest()).isEqualTo(before.configDigest());
    }

    @Test
    void withoutAMemberElsewhereThereAreNoFilesForIt() {
        Network inside = Networks.network("nodes: [{id: fra}, {id: web}]");
        Network toBe = Networks.network("nodes: [{id: fra, url: 'https://fra.example.com'}, {id: web}]");

        assertThat(of(inside, Networks.keys(inside)).forOutside()).isEmpty();
        assertThat(NetworkConfigMap.KIND.obsolete(inside)).accepts("lab-network");
        assertThat(of(toBe, Networks.keys(toBe)).forOutside()).hasSize(1);
        assertThat(NetworkConfigMap.KIND.obsolete(toBe)).rejects("lab-network").accepts("lab-old");
    }

    @Test
    void whatIsOfANodeThatLeftHasToGoAndWhatIsOfOneWithoutAKeyStays() {
        for (ChildKind<?> kind : List.of(NodeDeployment.KIND, NodeService.KIND)) {
            assertThat(kind.obsolete(LAB)).accepts("lab-ams", "lab-NYC").rejects("lab-fra", "lab-web");
        }
        for (ChildKind<?> kind : List.of(LoginSecret.KIND, JwtSecret.KIND, ConfigSecret.KIND)) {
            assertThat(kind.obsolete(LAB)).rejects("lab-fra-key-1", "lab-config", "lab-login", "lab-jwt");
        }
    }

    @Test
    void aNodeWithoutAKeyYetIsAMemberButDoesNotRun() {
        Made children = of(LAB, Map.of("web", at(KEYS, "web")));

        assertThat(children.deployments()).containsOnlyKeys("web");
        assertThat(children.services()).containsOnlyKeys("fra", "web");
        assertThat(children.config().getData())
                .containsOnlyKeys("config.yml", "NYC.pub", "web.pub", "nodeconf-fra.yml", "nodeconf-web.yml");
    }

    @Test
    void aNodeIsNeverThereTwice() {
        Deployment deployment = at(of(LAB, KEYS).deployments(), "fra");

        assertThat(deployment.getSpec().getReplicas()).isEqualTo(1);
        assertThat(deployment.getSpec().getStrategy().getType()).isEqualTo("Recreate");
        assertThat(pod(deployment).getTolerations())
                .containsExactly(
                        new Toleration("NoExecute", "node.kubernetes.io/not-ready", "Exists", null, null),
                        new Toleration("NoExecute", "node.kubernetes.io/unreachable", "Exists", null, null));
    }

    @Test
    void aPodMeetsTheRestrictedStandardAndHasNoToken() {
        PodSpec pod = pod(at(of(LAB, KEYS).deployments(), "fra"));
        Container container = pod.getContainers().getFirst();

        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(pod.getEnableServiceLinks()).isFalse();
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(65_532);
        assertThat(pod.getSecurityContext().getFsGroup()).isEqualTo(65_532);
        assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
        assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(container.getSecurityContext().getPrivileged()).isNull();
    }

    @Test
    void aNodeFindsItsFilesWhereItsImageLooksForThem() {
        PodSpec pod = pod(at(of(LAB, KEYS).deployments(), "fra"));
        Container container = pod.getContainers().getFirst();
        Map<String, String> secrets = pod.getVolumes().stream()
                .filter(volume -> volume.getSecret() != null)
                .collect(Collectors.toMap(
                        volume -> volume.getName(), volume -> volume.getSecret().getSecretName()));

        assertThat(container.getEnv())
                .containsExactly(
                        new EnvVar("CONFIG_DIR", "/config", null),
                        new EnvVar("CONFIG_FILE_NAME", "networks/prod.eu/nodeconf-fra.yml", null));
        assertThat(container.getVolumeMounts().stream()
                        .filter(mount -> secrets.containsKey(mount.getName()))
                        .collect(Collectors.toMap(VolumeMount::getMountPath, mount -> secrets.get(mount.getName()))))
                .isEqualTo(Map.of(
                        "/config/networks/prod.eu", "lab-config",
                        "/config/.private_keys", "lab-fra-key-1",
                        "/config/secrets/login", "lab-login",
                        "/config/secrets/jwt", "lab-jwt"));
        assertThat(pod.getVolumes())
                .filteredOn(volume -> volume.getName().equals("key"))
                .singleElement()
                .satisfies(volume ->
                        assertThat(volume.getSecret().getDefaultMode()).isEqualTo(0400));
        assertThat(container.getVolumeMounts())
                .allSatisfy(mount -> assertThat(mount.getSubPath()).isNull());
        assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/health/readiness");
        assertThat(container.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/health/liveness");
        assertThat(container.getPorts())
                .extracting(port -> port.getName() + " " + port.getContainerPort())
                .containsExactly("api 8000", "management 8001");
    }

    /** What would restart every pod: only the key's and the pod's own fields may change a Deployment. */
    @Test
    void aChangedConfigChangesNoDeployment() {
        Network more = Networks.network(
                "networkId: prod.eu\nprobe: {intervalSeconds: 1}\nnodes: [{id: fra}, {id: web}, {id: sgp}]");
        Map<String, NodeKeys> keys = new LinkedHashMap<>(Networks.keys(more));
        keys.putAll(KEYS);

        assertThat(at(of(more, keys).deployments(), "fra"))
                .isEqualTo(at(of(LAB, KEYS).deployments(), "fra"));
        assertThat(of(more, keys).configDigest()).isNotEqualTo(of(LAB, KEYS).configDigest());
    }

    /** What is configured outside must not see an upgrade of the operator. */
    @Test
    void aResourceThatSaysNoTopologyAndNoRetryIntervalHasTheConfigThatItAlwaysHad() {
        Made children = of(LAB, KEYS);

        assertThat(text(children, "config.yml")).isEqualTo("""
                network_id: "prod.eu"
                node_config:
                - node_id: "fra"
                  url: "http://lab-fra.monitoring.svc:8000"
                  poll_rate: 10
                  retry: 2
                - node_id: "web"
                  url: "http://lab-web.monitoring.svc:8000"
                  poll_rate: 10
                  retry: 2
                - node_id: "NYC"
                  url: "https://NYC.example.com"
                  poll_rate: 10
                  retry: 2
                """);
        assertThat(of(Networks.network(SPEC + "topology: {mode: Auto, degree: 12}"), KEYS))
                .isEqualTo(children);
    }

    @Test
    void aTopologyIsSaidToTheNodesInTheirWordsAndRestartsNone() {
        Made before = of(LAB, KEYS);
        Made children = of(Networks.network(SPEC + "topology: {mode: Sparse, degree: 5}"), KEYS);

        assertThat(text(children, "config.yml")).startsWith("""
                network_id: "prod.eu"
                topology: sparse
                degree: 5
                node_config:
                """);
        assertThat(children.configDigest()).isNotEqualTo(before.configDigest());
        assertThat(children.deployments()).isEqualTo(before.deployments());
        assertThat(children.services()).isEqualTo(before.services());
    }

    @Test
    void aRetryIntervalIsSaidToTheNodesForEachOfThemAndRestartsNone() {
        Made before = of(LAB, KEYS);
        Made children = of(Networks.network(SPEC + "probe: {retryIntervalSeconds: 3}"), KEYS);

        assertThat(text(children, "config.yml")).isEqualTo("""
                network_id: "prod.eu"
                node_config:
                - node_id: "fra"
                  url: "http://lab-fra.monitoring.svc:8000"
                  poll_rate: 10
                  retry: 2
                  retry_interval: 3
                - node_id: "web"
                  url: "http://lab-web.monitoring.svc:8000"
                  poll_rate: 10
                  retry: 2
                  retry_interval: 3
                - node_id: "NYC"
                  url: "https://NYC.example.com"
                  poll_rate: 10
                  retry: 2
                  retry_interval: 3
                """);
        assertThat(children.configDigest()).isNotEqualTo(before.configDigest());
        assertThat(children.deployments()).isEqualTo(before.deployments());
        assertThat(children.services()).isEqualTo(before.services());
    }

    @Test
    void theNextGenerationOfAKeyChangesItsDeploymentOnly() {
        KeyReading.Held next = new KeyReading.Held(
                "fra", 2, "lab-fra-key-2", at(KEYS, "fra").signing().publicKey());
        Map<String, NodeKeys> keys = Map.of("fra", NodeKeys.steady(next), "web", at(KEYS, "web"));

        assertThat(at(of(LAB, keys).deployments(), "fra"))
                .isNotEqualTo(at(of(LAB, KEYS).deployments(), "fra"));
        assertThat(at(of(LAB, keys).deployments(), "web"))
                .isEqualTo(at(of(LAB, KEYS).deployments(), "web"));
    }

    @Test
    void whatTheUserWantsOfPodsGoesInButNeverOverOurs() {
        Network network = Networks.network("""
                image: registry.example.com/node:2
                imagePullPolicy: Always
                nodes: [{id: fra}]
                pod:
                  labels: {team: sre}
                  annotations: {example.com/a: b}
                  nodeSelector: {zone: a}
                  tolerations:
                  - {key: gpu, operator: Exists, value: '', effect: NoSchedule}
                  - {key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute}
                  imagePullSecrets: [{name: registry}]
                  resources: {limits: {memory: 1Gi}}
                """);
        Deployment deployment = at(of(network, Networks.keys(network)).deployments(), "fra");
        PodSpec pod = pod(deployment);

        assertThat(deployment.getMetadata().getLabels()).doesNotContainKey("team");
        assertThat(deployment.getSpec().getTemplate().getMetadata().getLabels())
                .containsEntry("team", "sre")
                .containsEntry("distomon.io/node", "fra");
        assertThat(deployment.getSpec().getTemplate().getMetadata().getAnnotations())
                .isEqualTo(Map.of("example.com/a", "b"));
        assertThat(pod.getNodeSelector()).isEqualTo(Map.of("zone", "a"));
        assertThat(pod.getImagePullSecrets())
                .singleElement()
                .satisfies(secret -> assertThat(secret.getName()).isEqualTo("registry"));
        assertThat(pod.getContainers().getFirst().getImage()).isEqualTo("registry.example.com/node:2");
        assertThat(pod.getContainers().getFirst().getImagePullPolicy()).isEqualTo("Always");
        assertThat(pod.getContainers().getFirst().getResources().getLimits())
                .containsOnlyKeys("memory")
                .allSatisfy((name, quantity) -> assertThat(quantity).hasToString("1Gi"));
        assertThat(pod.getContainers().getFirst().getResources().getRequests()).isNullOrEmpty();
        assertThat(pod.getTolerations())
                .hasSize(3)
                .contains(new TolerationBuilder()
                        .withKey("gpu")
                        .withOperator("Exists")
                        .withEffect("NoSchedule")
                        .build());
    }

    @Test
    void whoSaysNothingOfResourcesGetsSome() {
        Container container =
                pod(at(of(LAB, KEYS).deployments(), "fra")).getContainers().getFirst();

        assertThat(container.getResources().getRequests()).containsOnlyKeys("cpu", "memory");
        assertThat(container.getResources().getLimits()).containsOnlyKeys("memory");
    }

    /** An API server drops empty values, and every comparison after that would differ. */
    @Test
    void nothingEmptyIsWritten() {
        KubernetesSerialization json = new KubernetesSerialization();

        for (HasMetadata child : Made.all(LAB, KEYS)) {
            assertThat(json.asJson(child)).doesNotContain("{}", "[]", "\"\"", "null", ":0,", ":0}");
        }
    }

    @Test
    void theSameNetworkGivesTheSameChildren() {
        assertThat(of(LAB, KEYS)).isEqualTo(of(LAB, KEYS));
    }

    private static Made of(Network network, Map<String, NodeKeys> keys) {
        return Made.of(network, keys);
    }

    private static String text(Made children, String file) {
        return new String(Base64.getDecoder().decode(at(children.config().getData(), file)), StandardCharsets.UTF_8);
    }

    private static PodSpec pod(Deployment deployment) {
        return deployment.getSpec().getTemplate().getSpec();
    }
}
