package io.distomon.core.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.distomon.core.exchange.MessageFuzz;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every input that the fuzzer found worth keeping, and those written by hand, once more: without Jazzer, whose agent would
 * change all tests of the process. Its corpora lie where Jazzer has them, in {@code NAMEInputs} beside the class NAME.
 */
class CorpusTest {
    /** A hundred times what the slowest takes. */
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private static final List<Target> TARGETS = List.of(
            new Target(NodeConfFuzz.class, NodeConfFuzz::takes),
            new Target(NetworkConfFuzz.class, NetworkConfFuzz::takes),
            new Target(PublicKeyFuzz.class, PublicKeyFuzz::takes),
            new Target(PrivateKeyFuzz.class, PrivateKeyFuzz::takes),
            new Target(CertificateFuzz.class, CertificateFuzz::takes),
            new Target(NodeDataFuzz.class, NodeDataFuzz::takes),
            new Target(SignatureFuzz.class, SignatureFuzz::takes),
            new Target(MessageFuzz.class, MessageFuzz::takes));

    private record Target(Class<?> type, Predicate<byte[]> takes) {
        List<Path> inputs() throws IOException {
            URI place = URI.create(Objects.requireNonNull(type.getResource(type.getSimpleName() + "Inputs"))
                    .toString());
            try (Stream<Path> files = Files.list(Path.of(place))) {
                return files.sorted().toList();
            }
        }
    }

    /** By the name of the input: {@code taken-…} and {@code refused-…} are so; of others, which the fuzzer made, either. */
    @TestFactory
    Stream<DynamicTest> everyInputIsTakenOrRefusedInOurOwnWords() {
        return TARGETS.stream()
                .map(target -> DynamicTest.dynamicTest(
                        target.type().getSimpleName(),
                        () -> assertThat(target.inputs())
                                .anyMatch(input -> name(input).startsWith("taken-"))
                                .anyMatch(input -> name(input).startsWith("refused-"))
                                .allSatisfy(input -> assertTimeoutPreemptively(
                                        LONGEST, () -> check(target, input), () -> name(input)))));
    }

    private static void check(Target target, Path input) throws IOException {
        boolean taken = target.takes().test(Files.readAllBytes(input));
        if (name(input).startsWith("taken-")) {
            assertThat(taken).as(name(input)).isTrue();
        }
        if (name(input).startsWith("refused-")) {
            assertThat(taken).as(name(input)).isFalse();
        }
    }

    private static String name(Path input) {
        return input.getFileName().toString();
    }
}
