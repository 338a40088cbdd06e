package io.distomon.operator.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.Verifier;
import io.distomon.operator.Networks;
import io.distomon.operator.mirror.MemberReports;
import io.distomon.operator.validate.Network;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Changes of a node's key from their beginning to their end, in a cluster that consists of what outlives an operator: the
 * Secrets, what the Deployment mounts, and what each member runs with. Whatever happens comes in any order; each step
 * begins from what is there.
 */
class RotationTest {
    private static final Network LAB = Networks.network("nodes: [{id: fra}, {id: ams}, {id: nyc}]");
    private static final List<String> OTHERS = List.of("ams", "nyc");
    private static final int STEPS = 400;

    private final Map<Integer, KeyReading.Held> secrets = new TreeMap<>();
    private final Map<String, List<Verifier>> configs = new HashMap<>();
    private final Map<String, Boolean> silent = new HashMap<>();
    private int wanted = 1;
    private @Nullable Integer mounted;
    private KeyReading.@Nullable Held running;
    private List<Verifier> published = List.of();
    private boolean deleted;
    private boolean operatorJustStarted;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void inAnyOrderOfEventsNoMemberIsEverAskedToTrustAKeyThatItDoesNotHave(long seed) {
        Random random = new Random(seed);
        for (int step = 0; step < STEPS; step++) {
            happen(random);
            pass();
            if (!deleted) {
                expectEverybodyTrustsTheNode();
            }
            assertThat(published).hasSizeLessThanOrEqualTo(2);
        }
        finish();

        assertThat(secrets).containsOnlyKeys(Objects.requireNonNull(mounted));
        assertThat(mounted).isGreaterThanOrEqualTo(wanted);
        assertThat(published)
                .containsExactly(Objects.requireNonNull(secrets.get(mounted)).publicKey());
        assertThat(configs.values()).containsOnly(published);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void aSecretMayBeDeletedAtAnyMomentAndARaiseAlwaysLeadsOut(long seed) {
        Random random = new Random(seed);
        for (int step = 0; step < STEPS; step++) {
            happen(random);
            if (random.nextInt(10) == 0 && !secrets.isEmpty()) {
                List<Integer> all = List.copyOf(secrets.keySet());
                Integer victim = all.get(random.nextInt(all.size()));
                Verifier leaving =
                        Objects.requireNonNull(secrets.remove(victim)).publicKey();
                deleted = true;
                pass();
                // Gone at once, unless a person is waited for.
                assertThat(published.contains(leaving) && !isMissing()).isFalse();
            }
            pass();
            assertThat(published).hasSizeLessThanOrEqualTo(2);
        }
        wanted = Math.max(wanted, Objects.requireNonNullElse(mounted, 0)) + 1;
        finish();

        assertThat(secrets).containsOnlyKeys(wanted);
        assertThat(mounted).isEqualTo(wanted);
        assertThat(configs.values()).containsOnly(published);
    }

    /** One of the things that happen by themselves. */
    private void happen(Random random) {
        switch (random.nextInt(8)) {
            case 0 -> wanted += random.nextInt(3) == 0 ? 1 : 0;
            case 1 -> restarted();
            case 2, 3 -> configs.put(OTHERS.get(random.nextInt(OTHERS.size())), published);
            case 4 -> configs.put("fra", published);
            case 5 -> operatorJustStarted = true;
            case 6 -> silent.put(OTHERS.get(random.nextInt(OTHERS.size())), random.nextBoolean());
            default -> {} // time passes
        }
    }

    /** The pod of the last template is up, with the config of the moment. */
    private void restarted() {
        if (mounted != null && secrets.containsKey(mounted)) {
            running = secrets.get(mounted);
            configs.put("fra", published);
        }
    }

    /** Everything that can happen by itself has happened, as often as it takes. */
    private void finish() {
        silent.clear();
        for (int i = 0; i < 12; i++) {
            restarted();
            OTHERS.forEach(other -> configs.put(other, published));
            configs.put("fra", published);
            pass();
        }
    }

    /** What the operator does, knowing nothing of before. */
    private void pass() {
        if (plan() instanceof KeyPlan.Make(int generation, var meanwhile)) {
            secrets.put(
                    generation,
                    new KeyReading.Held(
                            "fra",
                            generation,
                            "lab-fra-key-" + generation,
                            Signer.generate("fra", Networks.RANDOM).verifier()));
        }
        if (plan() instanceof KeyPlan.Use(NodeKeys keys)) {
            NodeKeys judged = keys.judged(LAB, "", digest(keys.publicKeys()), reports());
            judged.retired().forEach(key -> secrets.remove(key.generation()));
            published = judged.publicKeys();
            mounted = judged.signing().generation();
        }
        operatorJustStarted = false;
    }

    private boolean isMissing() {
        return plan() instanceof KeyPlan.Missing;
    }

    private KeyPlan plan() {
        return KeyPlan.of(KeySituation.of(
                "fra", wanted, secrets.values(), mounted, reports().signedWith().get("fra")));
    }

    private MemberReports reports() {
        if (operatorJustStarted) {
            return MemberReports.NONE;
        }
        Map<String, String> digests = new HashMap<>();
        Map<String, String> signedWith = new HashMap<>();
        OTHERS.stream().filter(other -> !silent.getOrDefault(other, false)).forEach(other -> {
            digests.put(other, digest(configs.getOrDefault(other, List.of())));
            signedWith.put(other, other);
        });
        if (running != null && published.contains(running.publicKey())) {
            digests.put("fra", digest(configs.getOrDefault("fra", List.of())));
            signedWith.put("fra", running.publicKey().fingerprint());
        }
        return new MemberReports(digests, Map.of(), signedWith);
    }

    private static String digest(List<Verifier> keys) {
        return keys.stream().map(Verifier::fingerprint).sorted().toList().toString();
    }

    private void expectEverybodyTrustsTheNode() {
        KeyReading.Held key = running;
        if (key != null) {
            OTHERS.stream()
                    .filter(configs::containsKey)
                    .forEach(other -> assertThat(configs.get(other)).as(other).contains(key.publicKey()));
        }
    }
}
