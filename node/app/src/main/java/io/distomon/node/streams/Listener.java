package io.distomon.node.streams;

import io.distomon.core.login.SourceAddress;
import io.distomon.node.config.ApiSecrets;
import io.distomon.node.record.Bookmark;
import io.distomon.node.record.KeptRecord;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * One who listens: takes what it has asked for, and nothing more is kept for it than the few records that come next. It
 * subscribes once. {@link #request} and {@link #cancel} are for any thread, the rest for that of the {@link Announcer}.
 */
final class Listener implements Publisher<Told>, Subscription {
    /** For how long the word that says why it ends waits until it is asked for. */
    static final Duration LAST_WORD = Duration.ofSeconds(5);

    private final Listening wish;
    private final ApiSecrets secrets;
    private final Runnable onRequest;
    private final Consumer<Listener> onEnd;
    private final AtomicLong wanted = new AtomicLong();
    private volatile @Nullable Subscriber<? super Told> subscriber;
    private volatile boolean ended;

    // Who ends it may come before who subscribes has been told so.
    private boolean isSubscribed;
    private boolean isComplete;

    private final Queue<KeptRecord> next = new ArrayDeque<>();
    private Bookmark upTo;
    private @Nullable String view;
    private long toldNanos;
    private @Nullable Long waitsSinceNanos;

    /**
     * @param secrets with which its token was verified
     * @param upTo after which record it begins
     * @param onRequest told that it wants more
     * @param onEnd told once or more that it listens no longer
     */
    Listener(Listening wish, ApiSecrets secrets, Bookmark upTo, Runnable onRequest, Consumer<Listener> onEnd) {
        this.wish = wish;
        this.secrets = secrets;
        this.upTo = upTo;
        this.onRequest = onRequest;
        this.onEnd = onEnd;
    }

    SourceAddress source() {
        return wish.source();
    }

    long untilMicros() {
        return wish.untilMicros();
    }

    ApiSecrets secrets() {
        return secrets;
    }

    @Override
    public void subscribe(Subscriber<? super Told> who) {
        if (subscriber != null) {
            throw new IllegalStateException("found a second subscriber, expected one");
        }
        subscriber = who;
        who.onSubscribe(this);
        synchronized (this) {
            isSubscribed = true;
            if (!isComplete) {
                return;
            }
        }
        who.onComplete();
    }

    @Override
    public void request(long n) {
        wanted.accumulateAndGet(n, (before, more) -> before + more < 0 ? Long.MAX_VALUE : before + more);
        onRequest.run();
    }

    @Override
    public void cancel() {
        ended = true;
        onEnd.accept(this);
    }

    /** Whether it listens no longer. */
    boolean hasEnded() {
        return ended;
    }

    /** Whether it can be told something now. */
    boolean wants() {
        return !ended && wanted.get() > 0;
    }

    /** For how long it has taken nothing, nanoseconds; asked again and again, it finds out. */
    long waitsNanos(long nowNanos) {
        if (wanted.get() > 0) {
            waitsSinceNanos = null;
            return 0;
        }
        if (waitsSinceNanos == null) {
            waitsSinceNanos = nowNanos;
        }
        return nowNanos - waitsSinceNanos;
    }

    /** The last record that it was told, or after which it goes on. */
    Bookmark upTo() {
        return upTo;
    }

    /** What it was told of the view; null before it was told anything. */
    @Nullable
    String view() {
        return view;
    }

    /** When it was told anything. */
    long toldNanos() {
        return toldNanos;
    }

    /** The next record that is at hand; null when none is. */
    @Nullable
    KeptRecord takeNext() {
        return next.poll();
    }

    /** These come next. */
    void add(List<KeptRecord> records) {
        next.addAll(records);
    }

    /** Tells it something that it wants. */
    void tell(Told told, long nowNanos) {
        Subscriber<? super Told> who = subscriber;
        if (who == null) {
            throw new IllegalStateException("found nobody who has asked for anything");
        }
        switch (told) {
            case Told.Happened(KeptRecord record) -> upTo = Bookmark.after(record);
            case Told.Missed missed -> upTo = missed.gap().end();
            case Told.View changed -> view = changed.digest();
            case Told.Alive _, Told.Ended _ -> {}
        }
        toldNanos = nowNanos;
        wanted.decrementAndGet();
        who.onNext(told);
    }

    /**
     * Ends it in order, with a word: it may just have been told something, and not have asked for more yet. Called again and
     * again, it ends without when none is asked for in {@link #LAST_WORD}.
     */
    void end(String why, long nowNanos) {
        if (wants()) {
            tell(new Told.Ended(why), nowNanos);
        } else if (waitsNanos(nowNanos) < LAST_WORD.toNanos()) {
            return;
        }
        boolean isListening = !ended;
        synchronized (this) {
            isComplete = isListening;
            isListening = isListening && isSubscribed;
        }
        Subscriber<? super Told> who = subscriber;
        if (isListening && who != null) {
            who.onComplete();
        }
        cancel();
    }

    /** Ends it together with its connection: it does not read what it is told. */
    void giveUp() {
        wish.giveUp().run();
        cancel();
    }
}
