package io.distomon.operator.keys;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done about the keys of a node that runs here. A change of key goes
 *
 * <pre>
 * one key ── keyGeneration raised: the next is made and published ──> announced
 * announced ── every other member reports the config with both ──> restarting, with the new key mounted (a sidecar: no restart)
 * restarting ── an entry signed with the new key is here ──> one key; the old one's Secret is deleted
 * any ── the Secret of the mounted key is gone, and a later one exists or is asked for ──> one key, the later one, at once
 * any ── the Secret of the mounted key is gone, and no later one is asked for ──> missing: a person decides
 * </pre>
 *
 * A generation that is raised while the node restarts waits until that is over; before, the key announced last is used and
 * the one before it, which never signed anything, goes. So no more than two keys of a node are ever published.
 *
 * A key that somebody gives is the next generation when it is not that of the latest. Changed back to what the node still
 * signs with, it takes back what was announced.
 */
public sealed interface KeyPlan {
    /**
     * Make a Secret with a new key, or with the one that somebody gives, and judge again.
     *
     * @param generation which
     * @param meanwhile what to go on with as long as that can't be done; null: there is nothing
     */
    record Make(int generation, @Nullable NodeKeys meanwhile) implements KeyPlan {}

    /**
     * The key that the others know the node by is gone, and only a person can tell whether it comes back. Or there is none
     * yet, and who gives it has not.
     *
     * @param generation which; 0 when there was none yet
     */
    record Missing(int generation) implements KeyPlan {}

    /** Go on with these; who waits for whom is not judged yet. */
    record Use(NodeKeys keys) implements KeyPlan {}

    /** What is to be done in a situation. */
    static KeyPlan of(KeySituation now) {
        NavigableMap<Integer, KeyReading.Held> secrets = now.secrets();
        int inUse = now.mounted() != null ? now.mounted() : secrets.isEmpty() ? 0 : secrets.firstKey();
        int latest = latest(now, inUse);
        KeyReading.Held current = secrets.get(inUse);
        if (current == null) {
            return latest > inUse ? atOnce(latest, secrets) : new Missing(inUse);
        }
        if (!secrets.headMap(inUse).isEmpty()) {
            return new Use(afterRestart(current, secrets.headMap(inUse, false), now.signedWith()));
        }
        if (now.given() != null && now.given().equals(current.publicKey())) {
            return new Use(takenBack(current, secrets.tailMap(inUse, false)));
        }
        return latest > inUse ? announced(current, latest, secrets) : new Use(NodeKeys.steady(current));
    }

    /** The generation that the node is to have in the end. */
    private static int latest(KeySituation now, int inUse) {
        int last = now.secrets().isEmpty() ? 0 : now.secrets().lastKey();
        if (now.given() == null) {
            return Math.max(now.wanted(), last);
        }
        KeyReading.Held held = now.secrets().get(Math.max(last, inUse));
        return held != null && now.given().equals(held.publicKey()) ? held.generation() : Math.max(last, inUse) + 1;
    }

    private static NodeKeys takenBack(KeyReading.Held current, NavigableMap<Integer, KeyReading.Held> later) {
        return new NodeKeys(current.nodeId(), current, List.of(current), List.copyOf(later.values()), List.of());
    }

    /** Nothing is left of what the node runs with: a key that was lost, or that others know, or a node without any yet. */
    private static KeyPlan atOnce(int latest, NavigableMap<Integer, KeyReading.Held> secrets) {
        KeyReading.Held key = secrets.get(latest);
        return key == null
                ? new Make(latest, null)
                : new Use(new NodeKeys(
                        key.nodeId(),
                        key,
                        List.of(key),
                        List.copyOf(secrets.headMap(latest, false).values()),
                        List.of()));
    }

    private static NodeKeys afterRestart(
            KeyReading.Held current, NavigableMap<Integer, KeyReading.Held> older, @Nullable String signedWith) {
        List<KeyReading.Held> retired = new ArrayList<>(older.values());
        List<KeyReading.Held> published = new ArrayList<>();
        if (!current.publicKey().fingerprint().equals(signedWith)) {
            published.add(retired.removeLast());
        }
        published.add(current);
        return new NodeKeys(current.nodeId(), current, published, retired, List.of());
    }

    private static KeyPlan announced(
            KeyReading.Held current, int latest, NavigableMap<Integer, KeyReading.Held> secrets) {
        KeyReading.Held next = secrets.get(latest);
        return next == null
                ? new Make(latest, NodeKeys.steady(current))
                : new Use(new NodeKeys(
                        current.nodeId(),
                        current,
                        List.of(current, next),
                        List.copyOf(secrets.subMap(current.generation(), false, latest, false)
                                .values()),
                        List.of()));
    }
}
