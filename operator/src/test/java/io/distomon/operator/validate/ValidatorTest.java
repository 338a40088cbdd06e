package io.distomon.operator.validate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.distomon.core.config.AlertReceiver;
import io.distomon.core.config.AlertSettings;
import io.distomon.core.config.Silence;
import io.distomon.core.crypto.Signer;
import io.distomon.core.threshold.LinkLimits;
import io.distomon.core.threshold.Thresholds;
import io.distomon.core.topology.Topology;
import io.distomon.crds.refused.RefusedObject;
import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.crds.v1alpha1.DistomonNetworkSpec;
import io.distomon.crds.v1alpha1.DistomonNetworkStatus;
import io.distomon.crds.v1alpha1.ImagePullPolicy;
import io.distomon.crds.v1alpha1.KeyDeletionPolicy;
import io.distomon.crds.v1alpha1.PodSpec;
import io.distomon.operator.Networks;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is refused, by the table that the API server is tested with too, and what becomes of the rest. */
class ValidatorTest {
    static List<RefusedObject> refused() {
        return RefusedObject.all();
    }

    @ParameterizedTest
    @MethodSource("refused")
    void everyBadObjectIsRefusedForItsOneMistake(RefusedObject refused) {
        DistomonNetwork resource = Networks.read(refused.object());
        if (refused.before() != null) {
            resource.setStatus(statusWith(networkId(refused.before())));
        }

        assertThat(findings(resource)).singleElement().satisfies(finding -> {
            assertThat(finding.path()).isEqualTo(refused.path());
            assertThat(finding.message()).contains(refused.message());
        });
    }

    @Test
    void theBaseOfTheTableIsTaken() {
        assertThat(findings(Networks.read(RefusedObject.base()))).isEmpty();
    }

    @Test
    void whatIsAbsentIsFilledIn() {
        Network network = Networks.network("nodes: [{id: fra}]");

        assertThat(network.owner()).isEqualTo(new Network.Owner("monitoring", "lab", "u-1", 7));
        assertThat(network.networkId()).isEqualTo("lab");
        assertThat(network.paused()).isFalse();
        assertThat(network.topology()).isEqualTo(Topology.DEFAULT);
        assertThat(network.keyDeletion()).isEqualTo(KeyDeletionPolicy.Retain);
        assertThat(network.nodes())
                .containsExactly(new NetworkNode.Managed(
                        "fra",
                        Duration.ofSeconds(10),
                        2,
                        null,
                        null,
                        NetworkNode.KeySource.FIRST,
                        null,
                        null,
                        NetworkNode.Front.NONE,
                        new NetworkNode.Pod(Networks.IMAGE, ImagePullPolicy.IfNotPresent, PodSpec.EMPTY)));
    }

    @Test
    void aNodesOwnCertificateGoesBeforeItsNetworks() {
        Network network = Networks.network("""
                tls:
                  secretName: lab-tls
                  caCertificates: |
                %s
                nodes: [{id: fra}, {id: ams, tls: {secretName: ams-tls}}, {id: web, type: Sidecar}]
                """.formatted(Networks.AUTHORITY.indent(4)));

        assertThat(network.inCluster())
                .extracting(NetworkNode.InCluster::certificate)
                .containsExactly(
                        new NetworkNode.Certificate("lab-tls"),
                        new NetworkNode.Certificate("ams-tls"),
                        new NetworkNode.Certificate("lab-tls"));
        assertThat(network.authorities())
                .singleElement()
                .satisfies(authority -> assertThat(
                                authority.getSubjectX500Principal().getName())
                        .isEqualTo("CN=git.example.com"));
    }

    @Test
    void whatANodeSaysOfItsProxiesGoesBeforeItsNetworksFieldByField() {
        Network network = Networks.network("""
                http: {pathPrefix: /mesh, trustedProxies: [10.0.0.0/8]}
                nodes:
                - {id: fra}
                - {id: ams, http: {pathPrefix: /ams}}
                - {id: nyc, http: {trustedProxies: ['fd00::/8', 192.0.2.1]}}
                - {id: sgp, http: {pathPrefix: /}}
                """);

        assertThat(network.managed())
                .extracting(NetworkNode.Managed::front)
                .containsExactly(
                        new NetworkNode.Front("/mesh", List.of("10.0.0.0/8")),
                        new NetworkNode.Front("/ams", List.of("10.0.0.0/8")),
                        new NetworkNode.Front("/mesh", List.of("fd00::/8", "192.0.2.1")),
                        new NetworkNode.Front("", List.of("10.0.0.0/8")));
    }

    @Test
    void aMistakeInWhatHoldsForAllNodesIsToldOnce() {
        assertThat(findings(Networks.resource("http: {trustedProxies: [10.0.0.0/33]}\nnodes: [{id: fra}, {id: ams}]")))
                .singleElement()
                .satisfies(finding -> assertThat(finding.path()).isEqualTo("spec.http.trustedProxies[0]"));
    }

    @Test
    void aSidecarHasAKeyOfTheOperatorsAndNoPod() {
        Network network = Networks.network(
                "nodes: [{id: fra}, {id: web, type: Sidecar, url: 'https://web.example.com', keyGeneration: 2}]");

        assertThat(network.sidecars())
                .containsExactly(new NetworkNode.Sidecar(
                        "web",
                        Duration.ofSeconds(10),
                        2,
                        null,
                        URI.create("https://web.example.com"),
                        new NetworkNode.KeySource.Made(2),
                        null));
        assertThat(network.managed()).extracting(NetworkNode::id).containsExactly("fra");
        assertThat(network.inCluster()).extracting(NetworkNode::id).containsExactly("fra", "web");
        assertThat(network.external()).isEmpty();
    }

    @Test
    void aReferenceWithoutAnEntryMeansTheOneThatItWouldBeByHand() {
        Network network = Networks.network("""
                networkId: prod.eu
                auth: {loginSecretRef: {name: people}, jwtSecretRef: {name: people, key: tokens}}
                nodes:
                - {id: fra, keySecretRef: {name: my-keys}}
                - {id: web, type: Sidecar, keySecretRef: {name: my-keys, key: tls.key}}
                - {id: ams}
                """);

        assertThat(network.auth())
                .isEqualTo(
                        new Network.Auth(new SecretEntry("people", "password"), new SecretEntry("people", "tokens")));
        assertThat(network.inCluster())
                .extracting(NetworkNode.InCluster::keySource)
                .containsExactly(
                        new NetworkNode.KeySource.Referred(new SecretEntry("my-keys", "fra_prod.eu.key")),
                        new NetworkNode.KeySource.Referred(new SecretEntry("my-keys", "tls.key")),
                        NetworkNode.KeySource.FIRST);
        assertThat(network.references())
                .containsExactlyInAnyOrder(
                        new SecretEntry("people", "password"),
                        new SecretEntry("people", "tokens"),
                        new SecretEntry("my-keys", "fra_prod.eu.key"),
                        new SecretEntry("my-keys", "tls.key"));
        assertThat(Networks.network("nodes: [{id: fra}]").references()).isEmpty();
    }

    @Test
    void alertsAreThoseOfTheNodesWithTheirDefaultsSidecarsLastWhoseVersionIsTheirUsers() {
        Network network = Networks.network("""
                nodes: [{id: web, type: Sidecar}, {id: fra}, %s]
                alerts:
                  receivers:
                  - {name: pager, type: Webhook, urlSecretRef: {name: pager}, signingSecretRef: {name: pager}}
                  - {name: am, type: Alertmanager, urlSecretRef: {name: urls, key: am}}
                """.formatted(Networks.external("nyc")));

        assertThat(network.alerts())
                .isEqualTo(new Alerts(
                        List.of(
                                new Alerts.Receiver(
                                        "pager",
                                        AlertReceiver.Type.WEBHOOK,
                                        new SecretEntry("pager", "url"),
                                        new SecretEntry("pager", "secret")),
                                new Alerts.Receiver(
                                        "am", AlertReceiver.Type.ALERTMANAGER, new SecretEntry("urls", "am"), null)),
                        List.of("fra", "web"),
                        AlertSettings.DEFAULT_GRACE,
                        AlertSettings.DEFAULT_GROUP_WAIT,
                        false,
                        List.of()));
        assertThat(network.references())
                .containsExactlyInAnyOrder(
                        new SecretEntry("pager", "url"),
                        new SecretEntry("pager", "secret"),
                        new SecretEntry("urls", "am"));
        assertThat(Networks.network("nodes: [{id: fra}]").alerts()).isNull();
    }

    @Test
    void thresholdsAreThoseOfTheNodesAndOfSomeLinksBeforeThoseOfAll() {
        Thresholds thresholds =
                Networks.network("""
                nodes: [{id: fra}, {id: ams}, %s]
                thresholds:
                  roundTripMs: 120
                  lossPercent: 0.7
                  baseline: true
                  links:
                  - {from: fra, to: nyc, roundTripMs: 250.5, jitterMs: 5000}
                  - {to: nyc, lossPercent: 99, baseline: false, unlimited: [RoundTrip, Jitter]}
                  - {from: ams, unlimited: [Loss]}
                """.formatted(Networks.external("nyc"))).thresholds();

        assertThat(thresholds.of("fra", "ams")).isEqualTo(new LinkLimits(120, 0.7 / 100, LinkLimits.OFF, true));
        assertThat(thresholds.of("fra", "nyc")).isEqualTo(new LinkLimits(250.5, 0.99, 5000, false));
        assertThat(thresholds.of("ams", "nyc")).isEqualTo(new LinkLimits(LinkLimits.OFF, 0.99, LinkLimits.OFF, false));
        assertThat(thresholds.of("ams", "fra")).isEqualTo(new LinkLimits(120, LinkLimits.OFF, LinkLimits.OFF, true));
        assertThat(Networks.network("nodes: [{id: fra}]").thresholds()).isSameAs(Thresholds.NONE);
        assertThat(Networks.network("{nodes: [{id: fra}], thresholds: {links: []}}")
                        .thresholds())
                .isSameAs(Thresholds.NONE);
    }

    @Test
    void asManyLinksHaveLimitsOfTheirOwnAsNodesTakeAndNoMore() {
        String links = "{nodes: [{id: fra}], thresholds: {links: [%s]}}";
        String most = String.join(", ", Collections.nCopies(1000, "{to: fra, jitterMs: 5}"));

        assertThat(Networks.network(links.formatted(most)).thresholds().rules()).hasSize(1001);
        assertThat(findings(Networks.resource(links.formatted(most + ", {to: rio, jitterMs: 0}"))))
                .extracting(Finding::text)
                .containsExactly("spec.thresholds.links: found 1001 links, expected at most 1000");
    }

    @Test
    void sendersMayRunElsewhereTooAndOfManyNodesTheFirstEightTell() {
        String receivers = "alerts: {receivers: [{name: a, type: Slack, urlSecretRef: {name: a}}]%s}\n";
        Alerts named = Networks.network(receivers.formatted(", senders: [nyc, fra]")
                        + "nodes: [{id: fra}, %s]".formatted(Networks.external("nyc")))
                .alerts();
        Alerts ofGit = Networks.network(receivers.formatted(", senders: [nyc, fra]")
                        + "nodes: [{id: fra}]\nmembership: {type: Git, git: {url: 'https://git.example.com/lab.git'}}")
                .alerts();
        Alerts ofMany = Networks.network(receivers.formatted("")
                        + IntStream.range(0, 20)
                                .mapToObj("{id: n%d}"::formatted)
                                .collect(Collectors.joining(", ", "nodes: [", "]")))
                .alerts();

        assertThat(List.of(
                        Objects.requireNonNull(named).senders(),
                        Objects.requireNonNull(ofGit).senders()))
                .containsOnly(List.of("nyc", "fra"));
        assertThat(Objects.requireNonNull(ofMany).senders())
                .containsExactly("n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7");
    }

    @Test
    void aMomentIsReadWithItsOffset() {
        Alerts alerts = Objects.requireNonNull(Networks.network("""
                nodes: [{id: fra}]
                alerts:
                  receivers: [{name: a, type: Discord, urlSecretRef: {name: a}}]
                  grace: 0
                  groupWait: 600
                  silences:
                  - {from: 2026-12-01T22:00:00Z, until: '2026-12-02T02:00:00.5+02:00', nodes: [nyc], reason: new disks}
                  - {until: 2026-12-03T00:00:00-12:00}
                """).alerts());

        assertThat(alerts.grace()).isZero();
        assertThat(alerts.groupWait()).isEqualTo(Duration.ofMinutes(10));
        assertThat(alerts.silences())
                .containsExactly(
                        new Silence(
                                List.of(),
                                List.of("nyc"),
                                Instant.parse("2026-12-01T22:00:00Z"),
                                Instant.parse("2026-12-02T00:00:00.5Z"),
                                "new disks"),
                        new Silence(List.of(), List.of(), null, Instant.parse("2026-12-03T12:00:00Z"), null));
    }

    @Test
    void whatIsSaidOfAllNodesIsSaidOfEachAndItsOwnProbeGoesBeforeItsNetworks() {
        Network network = Networks.network("""
                networkId: prod.eu
                image: registry.example.com/node@sha256:abc
                imagePullPolicy: Always
                pod: {labels: {team: sre}}
                probe: {intervalSeconds: 5}
                nodes:
                - {id: fra, probe: {retries: 0}, keyGeneration: 3}
                - %s
                """.formatted(Networks.external("Nyc.1")));

        assertThat(network.networkId()).isEqualTo("prod.eu");
        assertThat(network.managed()).singleElement().satisfies(node -> {
            assertThat(node.id()).isEqualTo("fra");
            assertThat(node.interval()).isEqualTo(Duration.ofSeconds(5));
            assertThat(node.retries()).isZero();
            assertThat(node.keySource()).isEqualTo(new NetworkNode.KeySource.Made(3));
            assertThat(node.pod().image()).isEqualTo("registry.example.com/node@sha256:abc");
            assertThat(node.pod().imagePullPolicy()).isEqualTo(ImagePullPolicy.Always);
            assertThat(node.pod().spec().labels()).isEqualTo(Map.of("team", "sre"));
        });
        assertThat(network.external()).singleElement().satisfies(node -> {
            assertThat(node.url()).isEqualTo(URI.create("https://Nyc.1.example.com/"));
            assertThat(node.interval()).isEqualTo(Duration.ofSeconds(5));
            assertThat(node.publicKeys()).hasSize(1);
        });
    }

    @Test
    void externalNodesAreAskedAtUrlsAsTheNodesTakeThem() {
        String key = Signer.generate("any", Networks.RANDOM).verifier().pem().replace("\n", "\\n");
        String external = "{id: %s, type: External, url: '%s', publicKeys: [\"" + key + "\"]}";
        Network network = Networks.network("nodes: [{id: fra}, %s, %s, %s]"
                .formatted(
                        external.formatted("swarm", "http://my_service:8000"),
                        external.formatted("near", "http://[fe80::1%eth0]:8000/"),
                        external.formatted("shop", "https://bücher.example/distomon")));

        assertThat(network.external())
                .extracting(NetworkNode.External::url)
                .containsExactly(
                        URI.create("http://my_service:8000"),
                        URI.create("http://[fe80::1%25eth0]:8000/"),
                        URI.create("https://xn--bcher-kva.example/distomon"));
    }

    @Test
    void aNodesOwnRetryIntervalGoesBeforeItsNetworks() {
        Network network = Networks.network("""
                probe: {retryIntervalSeconds: 4}
                nodes:
                - {id: fra}
                - {id: often, probe: {intervalSeconds: 2}}
                - {id: own, probe: {retryIntervalSeconds: 10}}
                - {id: rarely, probe: {intervalSeconds: 3600, retryIntervalSeconds: 3600}}
                - %s
                """.formatted(Networks.external("nyc")));

        assertThat(network.nodes())
                .as("what a network says of all nodes may be too long for one that is polled more often")
                .extracting(NetworkNode::id, NetworkNode::retryInterval)
                .containsExactly(
                        tuple("fra", Duration.ofSeconds(4)),
                        tuple("often", Duration.ofSeconds(4)),
                        tuple("own", Duration.ofSeconds(10)),
                        tuple("rarely", Duration.ofSeconds(3600)),
                        tuple("nyc", Duration.ofSeconds(4)));
    }

    @Test
    void aTopologyIsTakenAsFarAsTheNodesTakeIt() {
        assertThat(topology("{mode: Auto, degree: 3}")).isEqualTo(new Topology(Topology.Mode.AUTO, 3));
        assertThat(topology("{mode: Full}")).isEqualTo(new Topology(Topology.Mode.FULL, 12));
        assertThat(topology("{mode: Sparse, degree: 100}")).isEqualTo(new Topology(Topology.Mode.SPARSE, 100));
        assertThat(topology("{degree: 5}")).isEqualTo(new Topology(Topology.Mode.AUTO, 5));
        assertThat(topology("{}")).isEqualTo(Topology.DEFAULT);
    }

    /** An older CRD than the operator's knows no such field and fills nothing in. */
    @Test
    void aResourceWithoutTheFieldHasTheDefaultTopology() {
        DistomonNetwork resource = Networks.resource("nodes: [{id: fra}]");
        resource.setSpec(Serialization.unmarshal(
                "nodes: [{id: fra, type: Managed}]\nimagePullPolicy: Always\n", DistomonNetworkSpec.class));

        assertThat(Networks.accepted(resource).topology()).isEqualTo(Topology.DEFAULT);
    }

    @Test
    void allMistakesComeAtOnceInTheOrderOfTheFields() {
        DistomonNetwork resource = Networks.resource("""
                networkId: -lab
                probe: {intervalSeconds: 0, retries: 200}
                topology: {mode: Ring, degree: 1}
                nodes:
                - {id: Fra, url: 'ftp://x'}
                - {id: nyc, type: External}
                keys: {deletionPolicy: Burn}
                """);

        assertThat(findings(resource))
                .extracting(Finding::path)
                .containsExactly(
                        "spec.networkId",
                        "spec.probe.intervalSeconds",
                        "spec.probe.retries",
                        "spec.topology.mode",
                        "spec.topology.degree",
                        "spec.nodes[0].id",
                        "spec.nodes[0].url",
                        "spec.nodes[1].url",
                        "spec.nodes[1].publicKeys",
                        "spec.keys.deletionPolicy");
    }

    @Test
    void fiveHundredNodesAreTakenAndOneMoreIsNot() {
        assertThat(findings(Networks.resource("nodes: [%s]".formatted(nodes(500)))))
                .isEmpty();
        assertThat(findings(Networks.resource("nodes: [%s]".formatted(nodes(501)))))
                .containsExactly(new Finding("spec.nodes", "found 501 nodes, expected at most 500"));
    }

    @Test
    void mapsAndListsOfThePodHaveTheirBounds() {
        String entries = IntStream.range(0, 65).mapToObj(i -> "k" + i + ": v").collect(Collectors.joining(", "));
        String tolerations =
                IntStream.range(0, 65).mapToObj(i -> "{key: k" + i + "}").collect(Collectors.joining(", "));
        String secrets =
                IntStream.range(0, 17).mapToObj(i -> "{name: s" + i + "}").collect(Collectors.joining(", "));
        String resources =
                IntStream.range(0, 17).mapToObj(i -> "a.b/r" + i + ": 1").collect(Collectors.joining(", "));

        assertThat(findings(Networks.resource("""
                nodes: [{id: fra}]
                pod:
                  labels: {%1$s}
                  annotations: {%1$s}
                  nodeSelector: {%1$s}
                  tolerations: [%2$s]
                  imagePullSecrets: [%3$s]
                  resources: {limits: {%4$s}}
                """.formatted(entries, tolerations, secrets, resources))))
                .extracting(Finding::text)
                .containsExactlyInAnyOrder(
                        "spec.pod.labels: found 65 entries, expected at most 64",
                        "spec.pod.annotations: found 65 entries, expected at most 64",
                        "spec.pod.nodeSelector: found 65 entries, expected at most 64",
                        "spec.pod.tolerations: found 65 tolerations, expected at most 64",
                        "spec.pod.imagePullSecrets: found 17 Secrets, expected at most 16",
                        "spec.pod.resources.limits: found 17 resources, expected at most 16");
    }

    @Test
    void whatMayBeSecretIsNotRepeated() {
        DistomonNetwork resource = Networks.resource("""
                nodes:
                - id: nyc
                  type: External
                  url: 'https://me:geheim@nyc.example.com'
                  publicKeys: ["-----BEGIN PRIVATE KEY-----\\ngeheim\\n-----END PRIVATE KEY-----"]
                """);

        assertThat(findings(resource))
                .hasSize(2)
                .noneMatch(finding -> finding.text().contains("geheim"));
    }

    private static Topology topology(String yaml) {
        return Networks.network("topology: %s\nnodes: [{id: fra}]".formatted(yaml))
                .topology();
    }

    private static List<Finding> findings(DistomonNetwork resource) {
        return switch (Validator.validate(resource, Networks.IMAGE)) {
            case Validation.Accepted accepted -> List.of();
            case Validation.Refused(List<Finding> findings) -> findings;
        };
    }

    private static String nodes(int count) {
        return IntStream.range(0, count).mapToObj(i -> "{id: n" + i + "}").collect(Collectors.joining(", "));
    }

    private static String networkId(ObjectNode resource) {
        String name = resource.at("/metadata/name").asText();
        return resource.at("/spec/networkId").asText(name);
    }

    private static DistomonNetworkStatus statusWith(@Nullable String networkId) {
        return new DistomonNetworkStatus(1L, networkId, List.of(), null, null, List.of(), List.of(), List.of());
    }
}
