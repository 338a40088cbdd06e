package io.distomon.core.sim;

import io.distomon.core.exchange.HttpAnswer;
import io.distomon.core.exchange.HttpRequestHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Somebody without a key who reads all messages, repeats them, and changes some on their way. For one thread. */
final class Attacker {
    private static final int REMEMBERED = 12;

    private final World world;
    private final Random random;
    private final List<Seen> requests = new ArrayList<>();
    private final List<HttpAnswer> answers = new ArrayList<>();

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Seen(SimNode target, HttpRequestHead head, byte[] body) {}

    Attacker(World world, Random random) {
        this.world = world;
        this.random = random;
    }

    void sees(SimNode target, HttpRequestHead head, byte[] body) {
        remember(requests, new Seen(target, head, body));
    }

    void sees(HttpAnswer answer) {
        remember(answers, answer);
    }

    /** Sends a request again, to whom it was for or to another. That nobody takes it twice, nodes check themselves. */
    void replays() {
        if (requests.isEmpty()) {
            return;
        }
        Seen seen = requests.get(random.nextInt(requests.size()));
        SimNode target = random.nextInt(4) == 0 ? world.anyNode(random) : seen.target();
        world.events().in(world.wire().delayNanos(), target, "is sent an old request", () -> {
            target.process()
                    .ifPresent(process -> process.arrive(seen.head(), seen.body(), answer -> {
                        if (answer.status() == 200 && target != seen.target()) {
                            throw new AssertionError(target.id() + " took a request that was for "
                                    + seen.target().id());
                        }
                    }));
        });
    }

    /** What the asker gets instead of {@code answer}: an older one, or a changed one. */
    HttpAnswer instead(HttpAnswer answer) {
        return answers.isEmpty() || random.nextBoolean()
                ? new HttpAnswer(answer.status(), answer.fields(), altered(answer.body(), random))
                : answers.get(random.nextInt(answers.size()));
    }

    /** The same with one bit changed that matters: some of a coded body can be changed, and it still says the same. */
    static byte[] altered(byte[] body, Random random) {
        byte[] altered;
        do {
            altered = body.clone();
            altered[random.nextInt(altered.length)] ^= (byte) (1 << random.nextInt(7));
        } while (Plain.of(altered).equals(Plain.of(body)));
        return altered;
    }

    private <T> void remember(List<T> seen, T latest) {
        if (seen.size() < REMEMBERED) {
            seen.add(latest);
        } else {
            seen.set(random.nextInt(REMEMBERED), latest);
        }
    }
}
