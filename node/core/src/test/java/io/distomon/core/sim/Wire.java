package io.distomon.core.sim;

import io.distomon.core.exchange.HttpFields;
import io.distomon.core.store.RawEntry;
import io.distomon.core.store.SignedNodeData;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * The simulated network. Whether a connection comes about depends on who opens it, as with a firewall, so that links
 * fail one way too; each message may be lost or late, so that messages overtake each other. For one thread.
 */
final class Wire {
    private static final long FASTEST = Events.MILLI;

    private static final int FIELDS_BYTES = 500;

    /** A body without entries and dates. */
    private static final int WORDLESS_BYTES = 500;

    /** Shorter bodies go as they are; of others so many bytes become one, as measured among a hundred nodes. */
    private static final int CODED_BYTES = 2048;

    private static final int CODED_RATIO = 4;

    private static final int DATE_BYTES = "\"\":1800000000000000,".length();
    private static final int ENTRY_BYTES = "\"\":{\"payload\":\"\",\"signature\":\"\",\"sig_id\":\"\"},".length();

    private final Random random;
    private final Bounds bounds = new Bounds();
    private final Map<Link, Integer> cuts = new HashMap<>();
    private final Set<Link> tampered = new HashSet<>();
    private final Map<Link, Long> slow = new HashMap<>();
    private double loss;
    private long bytes;
    private long messages;
    private long signed;
    private long slowest = 40 * Events.MILLI;

    /** Connections that {@code from} opens to {@code to}. */
    record Link(String from, String to) {}

    Wire(Random random) {
        this.random = random;
    }

    /** Forbids connections, until it was allowed as often as forbidden. */
    void cut(Link link) {
        cuts.merge(link, 1, Integer::sum);
    }

    void mend(Link link) {
        cuts.computeIfPresent(link, (l, times) -> times == 1 ? null : times - 1);
    }

    boolean isCut(Link link) {
        return cuts.containsKey(link);
    }

    /** Somebody sits on the link and changes what passes. */
    void tamper(Link link, boolean on) {
        if (on) {
            tampered.add(link);
        } else {
            tampered.remove(link);
        }
    }

    boolean isTampered(Link link) {
        return tampered.contains(link) && random.nextBoolean();
    }

    /** What passes over connections on the link takes so much longer each way. */
    void slow(Link link, long nanos) {
        slow.put(link, nanos);
    }

    void loss(double each) {
        loss = each;
    }

    void slowest(long nanos) {
        slowest = nanos;
    }

    boolean isLossy() {
        return loss > 0;
    }

    /** Whether this message gets lost. */
    boolean loses() {
        return random.nextDouble() < loss;
    }

    /** How long this message takes. */
    long delayNanos() {
        return FASTEST + (long) (random.nextDouble() * (slowest - FASTEST));
    }

    /** How long this message over a connection on the link takes. */
    long delayNanos(Link link) {
        return delayNanos() + slow.getOrDefault(link, 0L);
    }

    /** Counts a message as HTTP/1.1 writes it, its coding applied, but for its first line; no larger one may be sent than others take. */
    void carries(HttpFields fields, byte[] body) {
        bounds.check(fields, body);
        messages++;
        bytes += Bounds.bytes(fields) + body.length;
    }

    /** Counts a message that is not written, about as long as it would be. */
    void carriesWordless(Map<String, Long> have, List<SignedNodeData> entries) {
        long body = WORDLESS_BYTES;
        for (String id : have.keySet()) {
            body += id.length() + DATE_BYTES;
        }
        for (SignedNodeData entry : entries) {
            RawEntry raw = entry.raw();
            body += ENTRY_BYTES
                    + 2L * raw.sigId().length()
                    + raw.payload().length()
                    + raw.signature().length();
        }
        messages++;
        bytes += FIELDS_BYTES + (body < CODED_BYTES ? body : body / CODED_RATIO);
    }

    /** Counts an entry that is signed. */
    void signed() {
        signed++;
    }

    /** What there has been until now. */
    Traffic traffic() {
        return new Traffic(signed, messages, bytes);
    }

    /**
     * @param entries that were signed
     * @param messages with those that were lost
     * @param bytes of all of them
     */
    record Traffic(long entries, long messages, long bytes) {
        Traffic since(Traffic before) {
            return new Traffic(entries - before.entries, messages - before.messages, bytes - before.bytes);
        }
    }
}
