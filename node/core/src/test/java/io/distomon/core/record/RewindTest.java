package io.distomon.core.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** fra records nyc from second 0 on, stops at 20, is at work from 30 on, dies at 50, and begins again at 60. */
class RewindTest {
    private static final Subject NYC = Subject.node("nyc");
    private static final Subject RECORDER = new Subject(Kind.RECORDER, "fra");

    @Test
    void whatWasSoAtAMomentIsWhatWasRecordedLast() {
        assertThat(at(5).orElseThrow().situation().of(NYC).word()).isEqualTo("Online");
        assertThat(at(15).orElseThrow().situation().of(NYC).word()).isEqualTo("Offline");
        assertThat(at(65).orElseThrow().situation().of(NYC).word()).isEqualTo("Offline");
        assertThat(at(-1)).as("before the oldest record").isEmpty();
    }

    @Test
    void whileTheRecorderDidNotRunItIsToldSinceWhen() {
        assertThat(unrecordedSince(15)).isNull();
        assertThat(unrecordedSince(25)).isEqualTo(second(20));
        assertThat(unrecordedSince(35)).isNull();
        assertThat(unrecordedSince(55)).as("it died without a word").isEqualTo(second(50));
        assertThat(unrecordedSince(65)).isNull();
    }

    private static @Nullable Long unrecordedSince(int second) {
        return at(second).orElseThrow().unrecordedSinceMicros();
    }

    private static Optional<Rewind.Past> at(int second) {
        Rewind rewind = new Rewind(Told.START, second(second));
        rewind.add(change(0, RECORDER, "Running", null));
        rewind.add(change(0, NYC, "Online", null));
        rewind.add(change(10, NYC, "Offline", null));
        rewind.add(change(20, RECORDER, "Stopped", null));
        rewind.add(change(30, RECORDER, "Running", 20));
        rewind.add(change(60, RECORDER, "Running", 50));
        return rewind.past();
    }

    private static Change change(int second, Subject subject, String to, @Nullable Integer since) {
        return new Change(second(second), subject, new State(to, null), since == null ? null : (Long) second(since));
    }

    private static long second(int second) {
        return Told.T0 + second * Told.SECOND;
    }
}
