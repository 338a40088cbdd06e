package io.distomon.node.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.login.SourceAddress;
import io.distomon.core.record.ChainPoint;
import io.distomon.node.config.ApiSecrets;
import io.distomon.node.record.Bookmark;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

class ListenerTest {
    private static final long BEGUN = 1_000_000_000L;
    private static final Told VIEW = new Told.View("a digest", Bookmark.at(ChainPoint.START));
    private static final Told.Ended WORD = new Told.Ended("the token has expired");

    private final AtomicBoolean hasLeft = new AtomicBoolean();
    private final Listener listener = new Listener(
            new Listening(new SourceAddress("127.0.0.1"), Long.MAX_VALUE, null, () -> {}),
            new ApiSecrets(null, new byte[ApiSecrets.MIN_JWT_KEY_BYTES]),
            Bookmark.at(ChainPoint.START),
            () -> {},
            _ -> hasLeft.set(true));
    private final Reader reader = new Reader();

    @Test
    void whoAsksForMoreIsToldWhyItEnds() {
        listener.subscribe(reader);
        listener.request(1);

        listener.end(WORD.why(), BEGUN);

        assertThat(reader.told).containsExactly(WORD);
        assertEnded();
    }

    @Test
    void whoWasJustToldSomethingIsToldWhyItEndsOnceItAsksForMore() {
        listener.subscribe(reader);
        listener.request(1);
        listener.tell(VIEW, BEGUN);

        listener.end(WORD.why(), BEGUN);
        listener.end(WORD.why(), BEGUN + Listener.LAST_WORD.toNanos() - 1);
        assertThat(reader.isComplete).isFalse();
        assertThat(hasLeft).isFalse();

        listener.request(1);
        listener.end(WORD.why(), BEGUN + Listener.LAST_WORD.toNanos());

        assertThat(reader.told).containsExactly(VIEW, WORD);
        assertEnded();
    }

    @Test
    void whoAsksForNothingMoreEndsWithoutAWord() {
        listener.subscribe(reader);
        listener.request(1);
        listener.tell(VIEW, BEGUN);

        listener.end(WORD.why(), BEGUN);
        listener.end(WORD.why(), BEGUN + Listener.LAST_WORD.toNanos());

        assertThat(reader.told).containsExactly(VIEW);
        assertEnded();
    }

    private void assertEnded() {
        assertThat(reader.isComplete).isTrue();
        assertThat(hasLeft).isTrue();
        assertThat(listener.wants()).isFalse();
    }

    /** It asks for nothing by itself. */
    private static final class Reader implements Subscriber<Told> {
        private final List<Told> told = new ArrayList<>();
        private boolean isComplete;

        @Override
        public void onSubscribe(Subscription subscription) {}

        @Override
        public void onNext(Told next) {
            told.add(next);
        }

        @Override
        public void onError(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void onComplete() {
            isComplete = true;
        }
    }
}
