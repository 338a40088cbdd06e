package io.distomon.core.store;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What an entry says that its signer's entry before did not, and that others act upon at once (exchange.md, Monitors).
 * Immutable.
 *
 * @param accused whom it newly calls offline, or calls so since another moment
 * @param toldOf whom it calls online still, though a poll has newly failed
 * @param answered whose accusation it newly answers
 */
public record News(Set<String> accused, Set<String> toldOf, Set<String> answered) {
    public News {
        accused = Set.copyOf(accused);
        toldOf = Set.copyOf(toldOf);
        answered = Set.copyOf(answered);
    }

    /** What is new in the later of two entries of a signer. */
    public static News of(Advance advance) {
        SignedNodeData before = advance.before();
        NodeData now = advance.now().data();
        Map<String, PingData> said = before == null ? Map.of() : before.data().pingData();
        Map<String, Long> answers = before == null ? Map.of() : before.data().answers();
        Set<String> accused = new LinkedHashSet<>();
        Set<String> toldOf = new LinkedHashSet<>();
        now.pingData().forEach((target, ping) -> {
            PingData earlier = said.getOrDefault(target, PingData.UNKNOWN);
            if (ping.isOffline() && !ping.isSameAccusation(earlier)) {
                accused.add(target);
            }
            if (ping.isToldOf() && !earlier.isToldOf()) {
                toldOf.add(target);
            }
        });
        Set<String> answered = new LinkedHashSet<>();
        now.answers().forEach((accuser, since) -> {
            if (!since.equals(answers.get(accuser))) {
                answered.add(accuser);
            }
        });
        return new News(accused, toldOf, answered);
    }

    /** Whether there is nothing that anybody waits for. */
    public boolean isEmpty() {
        return accused.isEmpty() && toldOf.isEmpty() && answered.isEmpty();
    }
}
