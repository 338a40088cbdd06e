package io.distomon.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.config.Fingerprint;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** When files that changed are taken for whole. */
class SettlingTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final Fingerprint OLD = file("old");
    private static final Fingerprint HALF = file("half");
    private static final Fingerprint WHOLE = file("whole");

    private final Settling settling = new Settling(Duration.ofSeconds(1));

    @Test
    void whatChangedIsReadOnceItLooksTheSameForTheSettleTime() {
        settling.read(OLD);
        assertThat(settling.isDue(OLD, 0)).isFalse();

        assertThat(settling.isDue(HALF, SECOND)).isFalse();
        assertThat(settling.isDue(WHOLE, 3 * SECOND)).isFalse();
        assertThat(settling.isDue(WHOLE, 4 * SECOND - 1)).isFalse();
        assertThat(settling.isDue(WHOLE, 4 * SECOND)).isTrue();

        settling.read(WHOLE);
        assertThat(settling.isDue(WHOLE, 9 * SECOND)).isFalse();
    }

    @Test
    void whatChangesBackIsNothingNew() {
        settling.read(OLD);
        assertThat(settling.isDue(HALF, 0)).isFalse();
        assertThat(settling.isDue(OLD, SECOND)).isFalse();
        assertThat(settling.isDue(HALF, 2 * SECOND)).isFalse();
        assertThat(settling.isDue(HALF, 3 * SECOND)).isTrue();
    }

    @Test
    void aLinkThatIsTurnedIsReadAtOnceButNotBesideAnythingElse() {
        Path link = Path.of("link");
        Path other = Path.of("other");
        Fingerprint.Seen there = seen("/files/1", "a");
        settling.read(new Fingerprint(Map.of(link, there, other, seen("/other", "x"))));

        assertThat(settling.isDue(new Fingerprint(Map.of(link, seen("/files/2", "b"), other, seen("/other", "y"))), 0))
                .isFalse();
        assertThat(settling.isDue(new Fingerprint(Map.of(link, seen("/files/2", "b"), other, seen("/other", "x"))), 1))
                .isTrue();
    }

    @Test
    void aStartWaitsForFilesThatAreBeingWritten() throws Exception {
        Fingerprint first = new Fingerprint(Map.of(Path.of("file"), new Fingerprint.Seen("/file", "1", Instant.now())));
        Fingerprint second = new Fingerprint(Map.of(
                Path.of("file"),
                new Fingerprint.Seen("/file", "2", Instant.now().plusSeconds(1))));
        Iterator<Fingerprint> looks = List.of(first, second, second).iterator();

        assertThat(new Settling(Duration.ofSeconds(2)).first(looks::next)).isEqualTo(second);

        assertThat(looks).isExhausted();
    }

    @Test
    void aStartDoesNotWaitForFilesThatHaveBeenThereForLonger() throws Exception {
        Iterator<Fingerprint> looks = List.of(OLD).iterator();

        assertThat(new Settling(Duration.ofHours(1)).first(looks::next)).isEqualTo(OLD);
    }

    private static Fingerprint file(String look) {
        return new Fingerprint(Map.of(Path.of("file"), seen("/file", look)));
    }

    private static Fingerprint.Seen seen(String real, String look) {
        return new Fingerprint.Seen(real, look, Instant.EPOCH);
    }
}
