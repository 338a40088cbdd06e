package io.distomon.operator.desired;

import static io.distomon.operator.Networks.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.distomon.core.config.AlertReceiver;
import io.distomon.core.config.AlertSettings;
import io.distomon.core.config.ConfigReader;
import io.distomon.core.config.GitSource;
import io.distomon.core.config.LoadedNetwork;
import io.distomon.core.config.NodeConf;
import io.distomon.core.config.PrivateKeys;
import io.distomon.core.config.Silence;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Topology;
import io.distomon.operator.Networks;
import io.distomon.operator.keys.KeyReading;
import io.distomon.operator.keys.KeySecret;
import io.distomon.operator.keys.NodeKeys;
import io.distomon.operator.keys.SecretText;
import io.distomon.operator.observed.MountedKey;
import io.distomon.operator.validate.Network;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The nodes' own reader opens what the Secrets hold, laid out as the Deployment says and as the kubelet mounts it. */
class MountedConfigTest {
    private static final Network LAB = Networks.network("""
            networkId: prod.eu
            probe: {intervalSeconds: 7}
            topology: {mode: Sparse, degree: 3}
            thresholds: {lossPercent: 0.7, links: [{from: "no", to: NYC, roundTripMs: 0.1, unlimited: [Loss]}]}
            nodes: [{id: fra}, {id: "no", probe: {retries: 9, retryIntervalSeconds: 3}}, %s]
            """.formatted(Networks.external("NYC")));

    @TempDir
    Path root;

    private final Map<String, Secret> secrets = new LinkedHashMap<>();

    @Test
    void everyNodeOpensItsNetworkWithItsOwnKeyAndTheDigestThatTheOperatorExpects() throws Exception {
        Map<String, NodeKeys> keys = makeSecrets();
        Made children = Made.of(LAB, keys);
        put(children.config());

        List<String> digests = new ArrayList<>();
        for (String id : List.of("fra", "no")) {
            LoadedNetwork network = open(at(children.deployments(), id), root.resolve(id));

            assertThat(network.signer().nodeId()).isEqualTo(id);
            assertThat(network.signer().verifier())
                    .isEqualTo(at(keys, id).signing().publicKey());
            assertThat(network.config().networkId()).isEqualTo("prod.eu");
            assertThat(network.config().warnings()).isEmpty();
            assertThat(network.config().topology()).isEqualTo(new Topology(Topology.Mode.SPARSE, 3));
            assertThat(network.config().thresholds()).isEqualTo(LAB.thresholds());
            assertThat(network.config().members())
                    .extracting(Member::nodeId, Member::url, Member::retry, Member::retryInterval)
                    .containsExactly(
                            tuple("fra", URI.create("http://lab-fra.monitoring.svc:8000"), 2, null),
                            tuple("no", URI.create("http://lab-no.monitoring.svc:8000"), 9, Duration.ofSeconds(3)),
                            tuple("NYC", URI.create("https://NYC.example.com"), 2, null));
            assertThat(network.config().keys().of("NYC"))
                    .isEqualTo(LAB.external().getFirst().publicKeys());
            digests.add(network.config().digest());
        }
        assertThat(digests).containsOnly(children.configDigest());
    }

    @Test
    void whileANodeChangesItsKeyItSignsWithTheOneThatItMountsAndTheOthersKnowBoth() throws Exception {
        Map<String, NodeKeys> keys = new LinkedHashMap<>(makeSecrets());
        KeyReading.Held old = at(keys, "fra").signing();
        Secret secret = KeySecret.make(LAB, "fra", 2, Networks.RANDOM);
        put(secret);
        KeyReading.Held next = (KeyReading.Held) KeySecret.read(LAB, "fra", secret);
        List<String> digests = new ArrayList<>();
        for (KeyReading.Held signing : List.of(old, next)) {
            keys.put("fra", new NodeKeys("fra", signing, List.of(old, next), List.of(), List.of()));
            Made children = Made.of(LAB, keys);
            put(children.config());
            Path base = root.resolve("generation-" + signing.generation());

            LoadedNetwork fra = open(at(children.deployments(), "fra"), base.resolve("fra"));
            LoadedNetwork other = open(at(children.deployments(), "no"), base.resolve("no"));

            assertThat(fra.signer().verifier()).isEqualTo(signing.publicKey());
            assertThat(other.config().keys().of("fra")).containsExactly(old.publicKey(), next.publicKey());
            assertThat(MountedKey.generation(LAB, "fra", at(children.deployments(), "fra")))
                    .isEqualTo(signing.generation());
            digests.add(other.config().digest());
            digests.add(children.configDigest());
        }
        assertThat(digests).as("a restart alone changes no config").containsOnly(digests.getFirst());
    }

    @Test
    void theSecretsOfTheApiAreWhereTheConfigSays() throws Exception {
        Made children = Made.of(LAB, makeSecrets());
        put(children.config());
        Path base = root.resolve("fra");
        mount(at(children.deployments(), "fra"), base);

        NodeConf nodeConf = reader(at(children.deployments(), "fra"), base).nodeConf();

        assertThat(nodeConf.loginPassword()).isNotNull();
        assertThat(nodeConf.jwtSecret()).isNotNull();
        assertThat(nodeConf.warnings()).isEmpty();
    }

    @Test
    void whomTheNodesTrustIsWhereTheConfigSays() throws Exception {
        Network trusting =
                Networks.network("nodes: [{id: fra}]\ntls:\n  caCertificates: |\n" + Networks.AUTHORITY.indent(4));
        Made children = Made.of(trusting, makeSecrets());
        put(children.config());
        Path base = root.resolve("fra");
        mount(at(children.deployments(), "fra"), base);

        NodeConf nodeConf = reader(at(children.deployments(), "fra"), base).nodeConf();

        assertThat(nodeConf.networks().getFirst().authorities()).isEqualTo(trusting.authorities());
        assertThat(nodeConf.warnings()).isEmpty();
    }

    @Test
    void aRepositoryIsOpenedWithWhatIsMounted() throws Exception {
        Network git = Networks.network("""
                nodes: [{id: fra}]
                membership: {type: Git, git: {url: 'git@git.example.com:lab.git', credentialsSecretRef: {name: my-git}}}
                """);
        makeSecrets();
        put(KeySecret.make(git, "fra", 1, Networks.RANDOM));
        Made children = Made.ofGit(
                git,
                Networks.keys(git),
                Map.of(
                        "ssh-privatekey",
                        new io.distomon.core.config.Secret("a key"),
                        "known_hosts",
                        new io.distomon.core.config.Secret("a host")));
        put(children.config());
        put(children.git().getFirst());
        Path base = root.resolve("fra");
        Deployment deployment = at(children.deployments(), "fra");
        mount(deployment, base);

        NodeConf nodeConf = reader(deployment, base).nodeConf();

        Path files = base.resolve("config/secrets/git");
        assertThat(nodeConf.networks().getFirst().git())
                .isEqualTo(new GitSource(
                        "git@git.example.com:lab.git",
                        null,
                        Duration.ofSeconds(60),
                        null,
                        null,
                        List.of(),
                        files.resolve("ssh-privatekey"),
                        files.resolve("known_hosts")));
        assertThat(nodeConf.warnings()).isEmpty();
    }

    @Test
    void whoeverIsToTellReadsWhomAndNobodyElseDoesAndNoPodIsAnother() throws Exception {
        Network telling = Networks.network("""
                networkId: prod.eu
                nodes: [{id: fra}, {id: "no"}, {id: ams}]
                alerts:
                  receivers:
                  - {name: pager, type: Webhook, urlSecretRef: {name: a}, signingSecretRef: {name: a}}
                  - {name: "no", type: Slack, urlSecretRef: {name: b}}
                  - {name: unsigned, type: Webhook, urlSecretRef: {name: a}, signingSecretRef: {name: c}}
                  - {name: unknown, type: Alertmanager, urlSecretRef: {name: c}}
                  senders: ["no", fra]
                  grace: 90
                  slowNodes: true
                  silences: [{nodes: [ams], until: '2026-12-02T02:00:00Z', reason: "new: \\"disks\\" 💾"}]
                """);
        makeSecrets();
        put(KeySecret.make(telling, "ams", 1, Networks.RANDOM));
        Map<String, NodeKeys> keys = Networks.keys(telling);
        io.distomon.core.config.Secret url = new io.distomon.core.config.Secret("https://pager.example.com/hunter2");
        io.distomon.core.config.Secret key = new io.distomon.core.config.Secret("sixteen characters");
        Made children = Made.telling(
                telling,
                keys,
                Map.of(
                        "alert-webhook-pager.url",
                        url,
                        "alert-webhook-pager.key",
                        key,
                        "alert-slack-no.url",
                        url,
                        "alert-webhook-unsigned.url",
                        url));
        put(children.config());

        AlertSettings expected = new AlertSettings(
                List.of(
                        new AlertReceiver("pager", AlertReceiver.Type.WEBHOOK, url, key, List.of()),
                        new AlertReceiver("no", AlertReceiver.Type.SLACK, url, null, List.of())),
                List.of("no", "fra"),
                Duration.ofSeconds(90),
                AlertSettings.DEFAULT_GROUP_WAIT,
                true,
                List.of(new Silence(
                        List.of(), List.of("ams"), null, Instant.parse("2026-12-02T02:00:00Z"), "new: \"disks\" 💾")));
        for (String id : List.of("fra", "no", "ams")) {
            Deployment deployment = at(children.deployments(), id);
            mount(deployment, root.resolve(id));
            NodeConf nodeConf = reader(deployment, root.resolve(id)).nodeConf();

            assertThat(nodeConf.alerts()).as(id).isEqualTo(id.equals("ams") ? AlertSettings.NONE : expected);
            assertThat(nodeConf.warnings()).isEmpty();
        }
        assertThat(children.config().getData()).doesNotContainKey("alert-webhook-unsigned.url");
        Made silent = Made.telling(telling, keys, Map.of());
        Made without =
                Made.of(Networks.network("networkId: prod.eu\nnodes: [{id: fra}, {id: \"no\"}, {id: ams}]"), keys);
        assertThat(without.deployments()).isEqualTo(children.deployments());
        assertThat(without.configDigest()).isEqualTo(children.configDigest());
        assertThat(without.config()).isEqualTo(silent.config());
        assertThat(silent.config().getData().values())
                .noneMatch(file ->
                        new String(Base64.getDecoder().decode(file), StandardCharsets.UTF_8).contains("alerts"));
    }

    @Test
    void whoeverFollowsARepositoryReadsWhomToTellToo() throws Exception {
        Network telling = Networks.network("""
                nodes: [{id: fra}]
                membership: {type: Git, git: {url: 'https://git.example.com/lab.git'}}
                alerts:
                  receivers: [{name: chat, type: Slack, urlSecretRef: {name: a}}]
                  senders: [nyc, fra]
                """);
        makeSecrets();
        put(KeySecret.make(telling, "fra", 1, Networks.RANDOM));
        io.distomon.core.config.Secret url = new io.distomon.core.config.Secret("https://hooks.example.com/hunter2");
        Made children = Made.telling(telling, Networks.keys(telling), Map.of("alert-slack-chat.url", url));
        put(children.config());
        Deployment deployment = at(children.deployments(), "fra");
        mount(deployment, root.resolve("fra"));

        NodeConf nodeConf = reader(deployment, root.resolve("fra")).nodeConf();

        assertThat(nodeConf.networks().getFirst().git()).isNotNull();
        assertThat(nodeConf.alerts().senders()).containsExactly("nyc", "fra");
        assertThat(nodeConf.alerts().receivers())
                .containsExactly(new AlertReceiver("chat", AlertReceiver.Type.SLACK, url, null, List.of()));
    }

    @Test
    void whatIsWrittenOfSecretsThatSomebodyGivesIsReadWithoutAMistakeHoweverOddTheyAre() throws Exception {
        Network telling = Networks.network("""
                nodes: [{id: fra}]
                alerts:
                  receivers: [{name: pager, type: Webhook, urlSecretRef: {name: a}, signingSecretRef: {name: a}}]
                  silences:
                  - {from: '0000-01-01T00:00:00+18:00', until: '9999-12-31T23:59:59.999999999-18:00', reason: ''}
                  - {nodes: ["no", "1e3", "no"], until: '2026-12-02T02:00:00Z', reason: " ~ \\u2029\\uFEFF\\uFFFE# "}
                """);
        makeSecrets();
        put(KeySecret.make(telling, "fra", 1, Networks.RANDOM));
        String url = "https://pager.example.com/in";
        int taken = 0;
        for (String before : List.of("", "\ufeff", "\ufeff\ufeff", " ", "version https://git-lfs.github.com/spec/")) {
            for (String text :
                    List.of(url, url + "?a=%20&b=[1]", "k".repeat(15), "k".repeat(16), "\u0000".repeat(16))) {
                for (String after : List.of("", "\n", "\r\n\r\n", "\u2028", "\n\u0085", " ")) {
                    Secret given = new SecretBuilder()
                            .withNewMetadata()
                            .endMetadata()
                            .addToData("url", base64(text.startsWith("http") ? before + text + after : url))
                            .addToData("secret", base64(before + text + after))
                            .build();
                    if (AlertFiles.readUrl(given, "url")
                                    instanceof SecretText.Usable(io.distomon.core.config.Secret where)
                            && AlertFiles.readSigningKey(given, "secret")
                                    instanceof SecretText.Usable(io.distomon.core.config.Secret key)) {
                        Made children = Made.telling(
                                telling,
                                Networks.keys(telling),
                                Map.of("alert-webhook-pager.url", where, "alert-webhook-pager.key", key));
                        put(children.config());
                        Path base = root.resolve("odd-" + taken++);
                        Deployment deployment = at(children.deployments(), "fra");
                        mount(deployment, base);

                        AlertSettings read = reader(deployment, base).nodeConf().alerts();

                        assertThat(read.receivers())
                                .containsExactly(
                                        new AlertReceiver("pager", AlertReceiver.Type.WEBHOOK, where, key, List.of()));
                        assertThat(read.silences())
                                .isEqualTo(
                                        Objects.requireNonNull(telling.alerts()).silences());
                    }
                }
            }
        }
        assertThat(taken).isGreaterThan(20);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private Map<String, NodeKeys> makeSecrets() {
        put(LoginSecret.make(LAB, Networks.RANDOM));
        put(JwtSecret.make(LAB, Networks.RANDOM));
        Map<String, NodeKeys> keys = new LinkedHashMap<>();
        LAB.managed().forEach(node -> {
            Secret secret = KeySecret.make(LAB, node.id(), 1, Networks.RANDOM);
            put(secret);
            keys.put(node.id(), NodeKeys.steady((KeyReading.Held) KeySecret.read(LAB, node.id(), secret)));
        });
        return keys;
    }

    private void put(Secret secret) {
        secrets.put(secret.getMetadata().getName(), secret);
    }

    private LoadedNetwork open(Deployment deployment, Path base) throws Exception {
        mount(deployment, base);
        ConfigReader reader = reader(deployment, base);
        var source = reader.nodeConf().networks().getFirst();
        return reader.open(source, reader.files(source), new PrivateKeys(base.resolve("config"), Networks.RANDOM));
    }

    private ConfigReader reader(Deployment deployment, Path base) {
        Map<String, String> env = container(deployment).getEnv().stream()
                .collect(Collectors.toMap(variable -> variable.getName(), variable -> variable.getValue()));
        return new ConfigReader(base.resolve(at(env, "CONFIG_DIR").substring(1)), at(env, "CONFIG_FILE_NAME"));
    }

    private static Container container(Deployment deployment) {
        return deployment.getSpec().getTemplate().getSpec().getContainers().getFirst();
    }

    private void mount(Deployment deployment, Path base) throws IOException {
        Map<String, String> volumes = new LinkedHashMap<>();
        deployment.getSpec().getTemplate().getSpec().getVolumes().stream()
                .filter(volume -> volume.getSecret() != null)
                .forEach(volume ->
                        volumes.put(volume.getName(), volume.getSecret().getSecretName()));
        for (VolumeMount mount : container(deployment).getVolumeMounts()) {
            if (volumes.containsKey(mount.getName())) {
                mount(
                        at(secrets, at(volumes, mount.getName())),
                        base.resolve(mount.getMountPath().substring(1)));
            }
        }
    }

    /** As the kubelet does: links through {@code ..data} into a directory with a name of its own. */
    private static void mount(Secret secret, Path directory) throws IOException {
        Path data = Files.createDirectories(directory.resolve("..2026_01"));
        Files.createSymbolicLink(directory.resolve("..data"), Path.of("..2026_01"));
        for (Map.Entry<String, String> entry : secret.getData().entrySet()) {
            Path file = Files.write(
                    data.resolve(entry.getKey()), Base64.getDecoder().decode(entry.getValue()));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
            Files.createSymbolicLink(directory.resolve(entry.getKey()), Path.of("..data", entry.getKey()));
        }
    }
}
