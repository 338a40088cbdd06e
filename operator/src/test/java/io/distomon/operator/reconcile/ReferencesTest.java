package io.distomon.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.distomon.core.crypto.Signer;
import io.distomon.crds.v1alpha1.Condition;
import io.distomon.crds.v1alpha1.ConditionStatus;
import io.distomon.crds.v1alpha1.DistomonNetworkStatus;
import io.distomon.operator.Networks;
import io.distomon.operator.keys.Given;
import io.distomon.operator.mirror.Membership;
import io.distomon.operator.mirror.MirrorState;
import io.distomon.operator.observed.Availability;
import io.distomon.operator.observed.Observed;
import io.distomon.operator.status.RolloutProgress;
import io.distomon.operator.status.StatusInput;
import io.distomon.operator.status.StatusMaker;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.SecretEntry;
import io.distomon.operator.validate.Validation;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How often the Secrets of others are read, and what stands while they can't be. */
class ReferencesTest {
    private static final SecretEntry ENTRY = new SecretEntry("keys", "fra");
    private static final Network NETWORK = Networks.network("nodes: [{id: fra, keySecretRef: {name: keys, key: fra}}]");

    private static final String RECEIVERS = """
            nodes: [{id: fra}]
            alerts:
              receivers:
              - {name: pager, type: Webhook, urlSecretRef: {name: pager}, signingSecretRef: {name: pager}}
              - {name: chat, type: Slack, urlSecretRef: {name: chat, key: hook}}
            """;
    private static final Network TELLING = Networks.network(RECEIVERS);
    private static final String ALERT = "ReceiverSecret";
    private static final String UNTOLD = "; until it is there, this receiver is told of nothing";
    private static final String URL_IS_UNFIT = ALERT
            + "Unusable urlSecretRef of receiver pager: Secret monitoring/pager: url: found a text that doesn't fit,"
            + " expected an http or https URL in ASCII, such as https://hooks.example.com/T0/B0, without user and fragment";
    private static final String KEY_IS_UNFIT = ALERT
            + "Unusable signingSecretRef of receiver pager: Secret monitoring/pager: secret: found a shorter text,"
            + " expected at least 16 characters";
    private static final String CHAT_IS_MISSING = ALERT
            + "Missing urlSecretRef of receiver chat: found no Secret monitoring/chat, expected one with the entry hook"
            + UNTOLD;

    private final Remembered remembered = new Remembered("u-1");
    private final List<String> reads = new ArrayList<>();
    private final List<String> said = new ArrayList<>();
    private Signer key = Signer.generate("fra", Networks.RANDOM);
    private boolean isDown;

    @Test
    void whatWasReadAMomentAgoIsNotReadAgainUnlessSomebodyHasToKnowNow() {
        assertThat(signer(pass(0).key("fra", ENTRY, Map.of()))).isEqualTo(key.verifier());
        Signer first = key;
        key = Signer.generate("fra", Networks.RANDOM);

        References next = pass(3);
        assertThat(signer(next.key("fra", ENTRY, Map.of()))).isEqualTo(first.verifier());
        assertThat(reads).hasSize(1);
        assertThat(signer(next.keyNow("fra", ENTRY, Map.of()))).isEqualTo(key.verifier());
        assertThat(signer(next.keyNow("fra", ENTRY, Map.of()))).isEqualTo(key.verifier());
        assertThat(reads).as("once in a pass").hasSize(2);
    }

    @Test
    void whatCantBeReadNowIsTriedOnceInAPassAndStaysWhatItWasLast() {
        pass(0).key("fra", ENTRY, Map.of());
        isDown = true;

        References next = pass(20);
        assertThat(signer(next.key("fra", ENTRY, Map.of()))).isEqualTo(key.verifier());
        assertThat(next.keyNow("fra", ENTRY, Map.of())).as("what is there now").isNull();
        assertThat(signer(next.key("fra", ENTRY, Map.of()))).isEqualTo(key.verifier());
        assertThat(reads).hasSize(2);
        assertThat(signer(pass(40).key("fra", ENTRY, Map.of()))).isEqualTo(key.verifier());
    }

    @Test
    void whatOpensOneServersRepositoryIsNotGivenToAnotherThoughItsOwnIsMissing() {
        Secret copy = new SecretBuilder()
                .withNewMetadata()
                .withNamespace("monitoring")
                .withName("lab-git")
                .addToAnnotations("distomon.io/credentials", "token for https://git.example.com")
                .endMetadata()
                .withData(Map.of("password", base64("glpat")))
                .build();

        assertThat(whileMissing("https://git.example.com/lab.git", "token", copy))
                .containsOnlyKeys("password");
        assertThat(whileMissing("https://evil.example.org/lab.git", "token", copy))
                .isEmpty();
        assertThat(whileMissing("https://git.example.com/lab.git", "other", copy))
                .isEmpty();
    }

    @Test
    void anEntryThatWasNotAskedForBeforeIsLookedForAtOnceThoughItsSecretWasReadAMomentAgo() {
        pass(0).key("fra", ENTRY, Map.of());
        Network two = Networks.network("nodes: [{id: fra, keySecretRef: {name: keys, key: fra}},"
                + " {id: ams, keySecretRef: {name: keys, key: ams}}]");

        References next = new References(two, this::read, copy -> null, remembered, new Obstacles(), 1);

        assertThat(signer(next.key("ams", new SecretEntry("keys", "ams"), Map.of())))
                .isInstanceOf(Given.Unusable.class);
        assertThat(reads).hasSize(2);
        assertThat(signer(next.key("fra", ENTRY, Map.of()))).isEqualTo(key.verifier());
        assertThat(reads).as("once for both").hasSize(2);
    }

    @Test
    void receiversOfAlertsAreReachedByWhatIsGivenAndElseByWhatTheNodesHaveOfTheSameReceiver() {
        String given = "https://pager.example.com/given";
        String last = "https://pager.example.com/last";
        Secret config = told(Map.of(
                "alert-webhook-pager.url", last,
                "alert-webhook-pager.key", "sixteen characters then",
                "alert-slack-chat.url", "no url"));

        assertThat(alerts(Map.of("pager", Map.of("url", given + "\n", "secret", "sixteen characters now")), config))
                .isEqualTo(Map.of("pager.url", given, "pager.key", "sixteen characters now"));
        assertThat(said).containsExactly(CHAT_IS_MISSING);

        assertThat(alerts(Map.of("pager", Map.of("url", "ftp://hunter2", "secret", "short")), config))
                .isEqualTo(Map.of("pager.url", last, "pager.key", "sixteen characters then"));
        assertThat(said)
                .containsExactly(
                        URL_IS_UNFIT + "; the nodes go on with what they have",
                        KEY_IS_UNFIT + "; the nodes go on with what they have",
                        CHAT_IS_MISSING);

        assertThat(alerts(Map.of("pager", Map.of("url", given), "chat", Map.of("url", given)), null))
                .isEmpty();
        assertThat(said)
                .containsExactly(
                        "%sUnusable signingSecretRef of receiver pager: Secret monitoring/pager: secret: found nothing,"
                                        .formatted(ALERT)
                                + " expected a text" + UNTOLD,
                        "%sUnusable urlSecretRef of receiver chat: Secret monitoring/chat: hook: found nothing, expected"
                                        .formatted(ALERT)
                                + " a text" + UNTOLD);
    }

    @Test
    void urlAndKeyOfOneReceiverAreOfOneTime() {
        Secret config = told(Map.of(
                "alert-webhook-pager.url", "https://pager.example.com/last",
                "alert-webhook-pager.key", "sixteen characters then"));

        assertThat(alerts(Map.of("pager", Map.of("url", "https://pager.example.com/now", "secret", "short")), config))
                .isEqualTo(
                        Map.of("pager.url", "https://pager.example.com/last", "pager.key", "sixteen characters then"));
        assertThat(said).contains(KEY_IS_UNFIT + "; the nodes go on with what they have");
        assertThat(alerts(Map.of("pager", Map.of("url", "ftp://hunter2", "secret", "sixteen characters now")), config))
                .isEqualTo(
                        Map.of("pager.url", "https://pager.example.com/last", "pager.key", "sixteen characters then"));
        assertThat(said).contains(URL_IS_UNFIT + "; the nodes go on with what they have");
    }

    @Test
    void whatTheNodesHaveOfAReceiverInPartIsNotCalledSomethingToGoOnWith() {
        Secret config = told(Map.of("alert-webhook-pager.url", "https://pager.example.com/last"));

        assertThat(alerts(Map.of("pager", Map.of("url", "ftp://hunter2", "secret", "sixteen characters now")), config))
                .isEmpty();
        assertThat(said).containsExactly(URL_IS_UNFIT + UNTOLD, CHAT_IS_MISSING);
    }

    @Test
    void aReceiverThatRefersToAnotherSecretIsNotToldWhereTheFormerSaid() {
        Map<String, String> files = Map.of(
                "alert-webhook-pager.url", "https://former.example.com/in",
                "alert-webhook-pager.key", "sixteen characters then");

        assertThat(alerts(Map.of(), told(files, "pager", "pager"))).hasSize(2);
        for (Secret config :
                List.of(told(files, "former", "pager"), told(files, "pager", "former"), secret("lab-config", files))) {
            assertThat(alerts(Map.of(), config)).isEmpty();
            assertThat(said)
                    .contains(
                            ("%sMissing urlSecretRef of receiver pager: found no Secret monitoring/pager, expected one"
                                            + " with the entry url" + UNTOLD)
                                    .formatted(ALERT));
        }
    }

    @Test
    void whatNodesWouldNotReadIsNotGivenToThem() {
        String url = "https://pager.example.com/in";
        String pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 20\n";
        String key = "k".repeat(16);
        for (List<String> unfit : List.of(
                List.of(url, "\ufeff" + "k".repeat(15)),
                List.of(url, "\ufeff\ufeff" + "k".repeat(15)),
                List.of(url, pointer),
                List.of(url, "\ufeff" + pointer),
                List.of(url, "k".repeat(15) + "\r\n\n"),
                List.of(url, "k".repeat(4097)),
                List.of(pointer, key),
                List.of("", key),
                List.of("\ufeff", key),
                List.of(url + "\u2028", key),
                List.of(url + "\n\u0000", key),
                List.of("https://pager.example.com/" + "a".repeat(2048), key),
                List.of("https://pager.example.com:0/", key),
                List.of("https://user@pager.example.com/", key))) {
            assertThat(alerts(Map.of("pager", Map.of("url", unfit.getFirst(), "secret", unfit.getLast())), null))
                    .as("%s", unfit)
                    .isEmpty();
            assertThat(said).hasSize(2).allMatch(sentence -> sentence.endsWith(UNTOLD));
            assertThat(said.getFirst()).startsWith(ALERT + "Unusable").doesNotContain("pager.example", "git-lfs");
        }
        assertThat(alerts(Map.of("pager", Map.of("url", "\ufeff" + url, "secret", "\ufeff" + key + "\r\n")), null))
                .isEqualTo(Map.of("pager.url", url, "pager.key", key));
    }

    @Test
    void aReceiverThatIsMissingLeavesTheNetworkReadyAndHidesNothingOfItsKeys() {
        Obstacles obstacles = new Obstacles();
        references(Map.of("chat", Map.of("hook", "no url")), null, obstacles).alerts();
        DistomonNetworkStatus status = StatusMaker.of(new StatusInput(
                Networks.resource(RECEIVERS),
                new Validation.Accepted(TELLING),
                TELLING,
                obstacles.all(),
                Map.of(),
                Availability.of(TELLING, Observed.NOTHING),
                RolloutProgress.NONE,
                new MirrorState.NotYet(),
                Membership.NONE,
                Instant.EPOCH));

        assertThat(status.conditions())
                .filteredOn(condition ->
                        List.of("KeysReady", "AlertsReady", "Ready", "Stalled").contains(condition.type()))
                .extracting(Condition::type, Condition::status, Condition::reason)
                .containsExactly(
                        tuple("KeysReady", ConditionStatus.False, "KeysPending"),
                        tuple("AlertsReady", ConditionStatus.False, ALERT + "Missing"),
                        tuple("Ready", ConditionStatus.False, "KeysPending"));
    }

    /** By what receivers are reached, each file without what all have at its beginning; and what is said of the rest. */
    private Map<String, String> alerts(Map<String, Map<String, String>> secrets, @Nullable Secret config) {
        Obstacles obstacles = new Obstacles();
        Map<String, String> files = new HashMap<>();
        references(secrets, config, obstacles)
                .alerts()
                .forEach((file, text) -> files.put(file.replaceFirst("alert-[a-z]+-", ""), text.reveal()));
        said.clear();
        obstacles.all().forEach(obstacle -> said.add(obstacle.reason() + " " + obstacle.message()));
        return files;
    }

    private static References references(
            Map<String, Map<String, String>> secrets, @Nullable Secret config, Obstacles obstacles) {
        return new References(
                TELLING,
                name -> secrets.containsKey(name) ? secret(name, Networks.at(secrets, name)) : null,
                name -> name.equals("lab-config") ? config : null,
                new Remembered("u-1"),
                obstacles,
                0);
    }

    /** The Secret of all files, with those of receivers as they were given. */
    private static Secret told(Map<String, String> files) {
        return told(files, "pager", "pager");
    }

    private static Secret told(Map<String, String> files, String urlFrom, String keyFrom) {
        return secret("lab-config", files)
                .edit()
                .editMetadata()
                .addToAnnotations(
                        "distomon.io/alerts",
                        "alert-slack-chat.url=chat/hook alert-webhook-pager.key=%s/secret alert-webhook-pager.url=%s/url"
                                .formatted(keyFrom, urlFrom))
                .endMetadata()
                .build();
    }

    private static Secret secret(String name, Map<String, String> texts) {
        Map<String, String> data = new HashMap<>();
        texts.forEach((entry, text) -> data.put(entry, base64(text)));
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace("monitoring")
                .withName(name)
                .endMetadata()
                .withData(data)
                .build();
    }

    private static Map<String, io.distomon.core.config.Secret> whileMissing(String url, String name, Secret copy) {
        Network network = Networks.network(
                "{nodes: [{id: fra}], membership: {type: Git, git: {url: '%s', credentialsSecretRef: {name: %s}}}}"
                        .formatted(url, name));
        return new References(network, missing -> null, any -> copy, new Remembered("u-1"), new Obstacles(), 0).git();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private References pass(long second) {
        return new References(
                NETWORK,
                this::read,
                copy -> null,
                remembered,
                new Obstacles(),
                Duration.ofSeconds(second).toNanos());
    }

    private Secret read(String name) {
        reads.add(name);
        if (isDown) {
            throw new KubernetesClientException("no", 503, null);
        }
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace("monitoring")
                .withName(name)
                .endMetadata()
                .withData(Map.of(
                        "fra",
                        Base64.getEncoder().encodeToString(key.privatePem().getBytes(StandardCharsets.UTF_8))))
                .build();
    }

    private static @Nullable Object signer(@Nullable Given<Signer> given) {
        return given instanceof Given.Usable<Signer>(Signer signer) ? signer.verifier() : given;
    }
}
