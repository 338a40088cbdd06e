package io.distomon.e2e.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.distomon.core.crypto.Signer;
import io.distomon.crds.v1alpha1.Condition;
import io.distomon.crds.v1alpha1.ConditionStatus;
import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.operator.RunningOperator;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;

/**
 * Networks that refer to Secrets of their users: these are followed, and nothing is ever done to them. Its tests wait for an
 * operator that looks every ten seconds, so some run at once.
 */
class ReferencesTest extends OperatorBeforeApiServer {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final RunningOperator operator;

    ReferencesTest() {
        super("e2e-references");
        this.operator = startOperator(namespace);
    }

    @AfterAll
    void stop() {
        operator.close();
    }

    @BesideOthers
    void aNodeSignsWithACopyOfTheKeyThatItsUserGivesAndTheOriginalStaysAsItWas() {
        Signer key = signer("fra");
        Secret original = given("given-keys", Map.of("fra_given.key", key.privatePem(), "note", "mine"));

        DistomonNetwork network = ready("given", "{nodes: [{id: fra, keySecretRef: {name: given-keys}}]}");

        assertThat(fingerprint(network, "fra")).isEqualTo(key.verifier().fingerprint());
        assertThat(config("given").get("fra.pub")).isEqualTo(key.verifier().pem());
        assertThat(secret("given-fra-key-1").getData()).containsOnlyKeys("fra_given.key");
        await().atMost(SOON).until(() -> deployments("given-fra").get() != null);
        assertThat(mountedKey("given-fra")).isEqualTo("given-fra-key-1");

        // For longer than it takes to look at the original again.
        untilSaid("given", "MirrorFresh", ConditionStatus.Unknown, "Starting");
        await().during(Duration.ofSeconds(12))
                .atMost(Duration.ofSeconds(40))
                .until(() -> versions("given"), new Unchanging<>());

        delete("given");
        await().atMost(COLLECTED).until(() -> names(Deployment.class, "given").isEmpty());
        assertThat(secret("given-keys")).isEqualTo(original);
    }

    @BesideOthers
    void aSidecarSignsWithWhatItsUserGivesAndTakesUpWhatThatIsChangedTo() {
        Signer first = signer("web");
        Signer second = signer("web");
        given("side-keys", Map.of("web_side.key", first.privatePem()));
        apply("side", "{nodes: [{id: web, type: Sidecar, keySecretRef: {name: side-keys}}]}");
        await().atMost(SOON).until(() -> secrets("side-web-sidecar").get() != null);
        assertThat(text("side-web-sidecar", "web_side.key")).isEqualTo(first.privatePem());

        change("side-keys", Map.of("web_side.key", second.privatePem()));

        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(text("side-web-sidecar", "web_side.key")).isEqualTo(second.privatePem()));
        assertThat(config("side").get("web.pub"))
                .isEqualTo(first.verifier().pem() + second.verifier().pem());
    }

    @BesideOthers
    void whatAKeyIsChangedToIsTheNodesNextAndChangedBackItIsNot() {
        Signer first = signer("fra");
        Signer second = signer("fra");
        given("next-keys", Map.of("key", first.privatePem()));
        ready("next", "{nodes: [{id: fra, keySecretRef: {name: next-keys, key: key}}, {id: ams}]}");

        change("next-keys", Map.of("key", second.privatePem()));

        DistomonNetwork network = untilSaid("next", "KeysReady", ConditionStatus.True, "Rotating");
        assertThat(condition(network, "KeysReady").message()).contains("fra changes from key 1 to key 2");
        assertThat(config("next").get("fra.pub"))
                .isEqualTo(first.verifier().pem() + second.verifier().pem());
        assertThat(mountedKey("next-fra")).isEqualTo("next-fra-key-1");

        change("next-keys", Map.of("key", first.privatePem()));
        untilSaid("next", "KeysReady", ConditionStatus.True, "AllReady");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(config("next").get("fra.pub"))
                        .isEqualTo(first.verifier().pem()));
        assertThat(names(Secret.class, "next")).contains("next-fra-key-1").doesNotContain("next-fra-key-2");

        // A key that others know: it is replaced, and its copy is deleted, in one go.
        change("next-keys", Map.of("key", second.privatePem()));
        secrets("next-fra-key-1").delete();
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(mountedKey("next-fra")).isEqualTo("next-fra-key-2");
            assertThat(config("next").get("fra.pub"))
                    .isEqualTo(second.verifier().pem());
        });
    }

    @BesideOthers
    void aKeyOfTheOperatorsIsFollowedByOneThatIsGivenAndThatByOneOfTheOperatorsAgain() {
        Signer key = signer("fra");
        given("turn-keys", Map.of("fra_turn.key", key.privatePem()));
        ready("turn", nodes("fra"));

        apply("turn", "{nodes: [{id: fra, keySecretRef: {name: turn-keys}}]}");
        DistomonNetwork network = untilSaid("turn", "KeysReady", ConditionStatus.True, "Rotating");
        assertThat(condition(network, "KeysReady").message()).contains("fra restarts with key 2");
        assertThat(fingerprint(network, "fra")).isEqualTo(key.verifier().fingerprint());

        apply("turn", nodes("fra"));
        untilSaid("turn", "KeysReady", ConditionStatus.True, "Rotating");
        assertThat(fingerprint(network("turn"), "fra")).isEqualTo(key.verifier().fingerprint());
    }

    @BesideOthers
    void whatIsMissingOrUnfitIsNamedAndTheLastGoodStateGoesOn() {
        apply("late", "{nodes: [{id: fra, keySecretRef: {name: late-keys}}]}");

        DistomonNetwork network = untilSaid("late", "KeysReady", ConditionStatus.False, "SecretMissing");
        assertThat(condition(network, "KeysReady").message())
                .isEqualTo("keySecretRef of node fra: found no Secret %s/late-keys, expected one with the entry"
                                .formatted(namespace)
                        + " fra_late.key");
        assertThat(status(network).conditions()).extracting(Condition::type).doesNotContain("Stalled");
        assertThat(names(Deployment.class, "late")).isEmpty();

        given("late-keys", Map.of("fra_late.key", "hunter2"));
        network = untilSaid("late", "KeysReady", ConditionStatus.False, "SecretUnusable");
        assertThat(condition(network, "KeysReady").message())
                .contains(namespace + "/late-keys: fra_late.key: found no usable key")
                .doesNotContain("hunter2");
        assertThat(condition(network, "Stalled").reason()).isEqualTo("SecretUnusable");

        Map<String, String> key = Map.of("fra_late.key", signer("fra").privatePem());
        change("late-keys", key);
        untilSaid("late", "KeysReady", ConditionStatus.True, "AllReady");
        Map<String, String> good = config("late");
        String copy = uid(Secret.class, "late-fra-key-1");

        secrets("late-keys").delete();
        network = untilSaid("late", "KeysReady", ConditionStatus.False, "SecretMissing");
        assertThat(condition(network, "KeysReady").message()).endsWith("; it goes on with key 1");
        assertThat(config("late")).isEqualTo(good);
        assertThat(mountedKey("late-fra")).isEqualTo("late-fra-key-1");

        given("late-keys", key);
        untilSaid("late", "KeysReady", ConditionStatus.True, "AllReady");
        assertThat(uid(Secret.class, "late-fra-key-1")).isEqualTo(copy);
        assertThat(config("late")).isEqualTo(good);
    }

    @BesideOthers
    void oneKeyGivenToTwoNodesIsTheFirstOnesAndTheSecondHasItsOwnOnceItIsThere() {
        Signer key = signer("fra");
        given("twice-keys", Map.of("a", key.privatePem(), "b", key.privatePem()));
        apply(
                "twice",
                "{nodes: [{id: fra, keySecretRef: {name: twice-keys, key: a}},"
                        + " {id: ams, keySecretRef: {name: twice-keys, key: b}}]}");

        DistomonNetwork network = untilSaid("twice", "KeysReady", ConditionStatus.False, "SecretUnusable");
        assertThat(condition(network, "KeysReady").message())
                .isEqualTo(
                        "keySecretRef of node ams: Secret %s/twice-keys: b: found the key of node fra, expected one of"
                                        .formatted(namespace)
                                + " its own");

        change("twice-keys", Map.of("b", signer("ams").privatePem()));
        network = untilSaid("twice", "KeysReady", ConditionStatus.True, "AllReady");
        assertThat(fingerprint(network, "fra")).isEqualTo(key.verifier().fingerprint());
        assertThat(names(Secret.class, "twice")).contains("twice-fra-key-1", "twice-ams-key-1");
    }

    @BesideOthers
    void passwordAndTokensAreThoseThatTheUserGivesAndRestartNobody() {
        given("people", Map.of("password", "open sesame", "tokens", "t".repeat(40)));
        ready(
                "auth",
                "{auth: {loginSecretRef: {name: people}, jwtSecretRef: {name: people, key: tokens}},"
                        + " nodes: [{id: fra}]}");
        assertThat(text("auth-login", "password")).isEqualTo("open sesame");
        assertThat(text("auth-jwt", "secret")).isEqualTo("t".repeat(40));
        untilSaid("auth", "MirrorFresh", ConditionStatus.Unknown, "Starting");
        String template = deployment("auth-fra").getSpec().toString();
        String versions = mountedSecrets("auth", "fra");

        change("people", Map.of("password", "open barley", "tokens", "short"));

        DistomonNetwork network = untilSaid("auth", "KeysReady", ConditionStatus.False, "SecretUnusable");
        assertThat(condition(network, "KeysReady").message())
                .isEqualTo(
                        "auth.jwtSecretRef: Secret %s/people: tokens: found a shorter text, expected at least 32 bytes; the nodes go"
                                        .formatted(namespace)
                                + " on with what Secret auth-jwt has");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(text("auth-login", "password")).isEqualTo("open barley"));
        assertThat(text("auth-jwt", "secret")).isEqualTo("t".repeat(40));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(mountedSecrets("auth", "fra")).isNotEqualTo(versions));
        assertThat(deployment("auth-fra").getSpec().toString()).isEqualTo(template);

        // Nothing of somebody else's stays in the copy, and without a reference it is what it was last.
        edit(secrets("auth-login"), found -> found.getData().put("password", "ZXZpbA=="));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(text("auth-login", "password")).isEqualTo("open barley"));
        ready("auth", nodes("fra"));
        assertThat(text("auth-login", "password")).isEqualTo("open barley");
    }

    @BesideOthers
    void receiversOfAlertsAreFollowedWithoutARestartAndOneThatIsMissingIsNamedAndKeepsNobodyFromRunning() {
        String telling = """
                {nodes: [{id: fra}, {id: web, type: Sidecar}], alerts: {grace: 0, receivers: [
                 {name: pager, type: Webhook, urlSecretRef: {name: pager}, signingSecretRef: {name: pager}},
                 {name: chat, type: Slack, urlSecretRef: {name: chat, key: hook}}]}}""";
        Secret chat = given("chat", Map.of("hook", "https://hooks.example.com/hunter2", "note", "mine"));
        ready("told", "{nodes: [{id: fra}, {id: web, type: Sidecar}]}");
        mountedSecrets("told", "fra");
        String template = deployment("told-fra").getSpec().toString();

        apply("told", telling);
        DistomonNetwork network = untilSaid("told", "AlertsReady", ConditionStatus.False, "ReceiverSecretMissing");
        assertThat(condition(network, "AlertsReady").message())
                .contains(
                        "urlSecretRef of receiver pager: found no Secret %s/pager, expected one with the entry url; until"
                                        .formatted(namespace)
                                + " it is there, this receiver is told of nothing");
        assertThat(status(network).conditions()).extracting(Condition::type).doesNotContain("Stalled");
        assertThat(config("told")).containsEntry("alert-slack-chat.url", "https://hooks.example.com/hunter2");
        for (String node : List.of("fra", "web")) {
            assertThat(config("told").get("nodeconf-" + node + ".yml"))
                    .contains(
                            "url_file: \"networks/told/alert-slack-chat.url\"",
                            "senders: [\"fra\", \"web\"]",
                            "grace: 0")
                    .doesNotContain("pager", "hunter2");
        }

        Map<String, String> pager = Map.of("url", "https://pager.example.com/hunter2", "secret", "k".repeat(16));
        given("pager", pager);
        untilSaid("told", "AlertsReady", ConditionStatus.True, "AllReady");
        Map<String, String> good = config("told");
        assertThat(good)
                .containsEntry("alert-webhook-pager.url", "https://pager.example.com/hunter2")
                .containsEntry("alert-webhook-pager.key", "k".repeat(16));
        assertThat(good.get("nodeconf-web.yml")).contains("secret_file: \"networks/told/alert-webhook-pager.key\"");
        await().atMost(SOON).untilAsserted(this::theNewestConfigOfToldIsMounted);

        change("pager", Map.of("url", "https://pager.example.com/hunter3"));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(config("told").get("alert-webhook-pager.url"))
                        .isEqualTo("https://pager.example.com/hunter3"));
        await().atMost(SOON).untilAsserted(this::theNewestConfigOfToldIsMounted);
        Map<String, String> changed = config("told");
        assertThat(changed.get("nodeconf-fra.yml")).isEqualTo(good.get("nodeconf-fra.yml"));

        change("pager", Map.of("url", "ftp://hunter4"));
        network = untilSaid("told", "AlertsReady", ConditionStatus.False, "ReceiverSecretUnusable");
        assertThat(condition(network, "AlertsReady").message())
                .startsWith("urlSecretRef of receiver pager: Secret %s/pager: url: found a text that doesn't"
                                .formatted(namespace)
                        + " fit, expected an http or https URL")
                .endsWith("; the nodes go on with what they have");
        assertThat(condition(network, "KeysReady").reason()).isEqualTo("AllReady");
        assertThat(status(network).conditions()).extracting(Condition::type).doesNotContain("Stalled");
        secrets("pager").delete();
        network = untilSaid("told", "AlertsReady", ConditionStatus.False, "ReceiverSecretMissing");
        assertThat(config("told")).isEqualTo(changed);
        assertThat(network.toString()
                        + client.v1().events().inNamespace(namespace).list())
                .doesNotContain("hunter");

        // What one Secret said is not told to who refers to another.
        apply("told", telling.replace("urlSecretRef: {name: pager}", "urlSecretRef: {name: nobody}"));
        await().atMost(SOON).untilAsserted(this::onlyTheChatIsTold);
        assertThat(condition(network("told"), "KeysReady").reason()).isEqualTo("AllReady");

        apply("told", telling);
        given("pager", pager);
        untilSaid("told", "AlertsReady", ConditionStatus.True, "AllReady");
        assertThat(config("told")).isEqualTo(good);
        apply("told", telling.replaceFirst("(?m)^.*name: pager, type: Webhook.*$", ""));
        await().atMost(SOON).untilAsserted(this::onlyTheChatIsTold);
        await().atMost(SOON).untilAsserted(this::theNewestConfigOfToldIsMounted);
        ready("told", "{nodes: [{id: fra}, {id: web, type: Sidecar}]}");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(config("told").toString()).doesNotContain("alert"));
        assertThat(deployment("told-fra").getSpec().toString()).isEqualTo(template);
        assertThat(secret("chat")).isEqualTo(chat);
    }

    @BesideOthers
    void nodesOfARepositoryTellToo() {
        given("hooks", Map.of("url", "https://hooks.example.com/hunter2"));
        apply("gitted", """
                {nodes: [{id: fra}, {id: ams}], membership: {type: Git, git: {url: 'https://git.example.com/lab.git'}},
                 alerts: {senders: [nyc, fra], receivers: [{name: chat, type: Slack, urlSecretRef: {name: hooks}}]}}""");

        untilSaid("gitted", "AlertsReady", ConditionStatus.True, "AllReady");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(config("gitted").get("nodeconf-fra.yml"))
                        .contains(
                                "config_type: git",
                                "url_file: \"networks/gitted/alert-slack-chat.url\"",
                                "senders: [\"nyc\", \"fra\"]"));
        assertThat(config("gitted")).containsEntry("alert-slack-chat.url", "https://hooks.example.com/hunter2");
        assertThat(config("gitted").get("nodeconf-ams.yml")).doesNotContain("alerts");
    }

    @BesideOthers
    void whatTheOperatorMakesForTheNetworkIsNothingToReferTo() {
        ready("self", nodes("fra"));

        apply("self", "{nodes: [{id: fra, keySecretRef: {name: self-fra-key-1}}]}");

        DistomonNetwork network = untilSaid("self", "KeysReady", ConditionStatus.False, "SecretUnusable");
        assertThat(condition(network, "KeysReady").message())
                .isEqualTo(
                        "keySecretRef of node fra: found Secret %s/self-fra-key-1, which the operator makes, expected"
                                        .formatted(namespace)
                                + " one of yours; it goes on with key 1");
    }

    private void onlyTheChatIsTold() {
        assertThat(config("told"))
                .containsKey("alert-slack-chat.url")
                .doesNotContainKeys("alert-webhook-pager.url", "alert-webhook-pager.key");
        assertThat(config("told").get("nodeconf-fra.yml")).contains("chat").doesNotContain("pager");
    }

    /** What makes the kubelet look now. */
    private void theNewestConfigOfToldIsMounted() {
        assertThat(mountedSecrets("told", "fra"))
                .endsWith("-" + secret("told-config").getMetadata().getResourceVersion());
    }

    private static Signer signer(String node) {
        return Signer.generate(node, RANDOM);
    }

    /** Applies a file, and waits until every node has its key. */
    private DistomonNetwork ready(String name, String spec) {
        apply(name, spec);
        return untilSaid(name, "KeysReady", ConditionStatus.True, "AllReady");
    }

    private Secret given(String name, Map<String, String> texts) {
        return client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(name)
                        .endMetadata()
                        .withStringData(texts)
                        .build())
                .create();
    }

    private void change(String name, Map<String, String> texts) {
        edit(secrets(name), found -> found.setStringData(texts));
    }

    private String text(String secret, String entry) {
        return new String(
                Base64.getDecoder()
                        .decode(Objects.requireNonNull(secret(secret).getData().get(entry))),
                StandardCharsets.UTF_8);
    }
}
