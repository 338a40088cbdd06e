package io.distomon.core.monitor;

import io.distomon.core.config.NetworkConfig;
import io.distomon.core.store.PingData;
import io.distomon.core.topology.Member;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * To whom an entry that is out of turn is brought at once, rather than at the next regular polls (exchange.md, Monitors,
 * M7): few, whom chance chooses, so that what one node tells is everywhere after a few steps and costs each node little.
 * What concerns one node goes to others who watch it: there the words come together of which a verdict is made.
 */
public final class Couriers {
    /** How many are asked at a start for what we said last before it. */
    public static final int ASKED_AT_START = 3;

    /** How many are told of each kind of occasion, and of each target of a first failure or that is offline. */
    public static final int TOLD = 4;

    private static final int MOST_ACCUSERS = 3;
    private static final int MOST_TARGETS = 2;

    private final RandomGenerator random;

    public Couriers(RandomGenerator random) {
        this.random = random;
    }

    /**
     * Whom to poll, each once, at most 20.
     *
     * @param said what is brought: to nobody whom it calls offline itself, unless that one is answered
     * @param config who the members are, and who polls whom
     */
    public List<Member> choose(OwnRecord.Said said, NetworkConfig config) {
        Occasion occasion = said.occasion();
        Set<String> chosen = new LinkedHashSet<>();
        List<String> members = config.members().stream().map(Member::nodeId).toList();
        List<String> reached = reached(members, said);
        if (!occasion.accusers().isEmpty()) {
            Set<String> answered = new LinkedHashSet<>(some(occasion.accusers(), MOST_ACCUSERS, config));
            chosen.addAll(filled(answered, reached, config));
        }
        for (String target : some(occasion.firstFailures(), MOST_TARGETS)) {
            List<String> observers = config.observers().observersOf(target);
            chosen.addAll(some(reached(observers, said), TOLD, config));
        }
        for (String target : some(occasion.offline(), MOST_TARGETS)) {
            List<String> observers = config.observers().observersOf(target);
            Set<String> told = new LinkedHashSet<>(some(reached(observers, said), TOLD, config));
            // Where most who watch it are down as well, it is for the others to know.
            chosen.addAll(filled(told, reached, config));
        }
        return chosen.stream().map(id -> config.member(id).orElseThrow()).toList();
    }

    private Set<String> filled(Set<String> first, List<String> others, NetworkConfig config) {
        Set<String> all = new LinkedHashSet<>(first);
        List<String> besides = others.stream().filter(id -> !first.contains(id)).toList();
        all.addAll(some(besides, TOLD - first.size(), config));
        return all;
    }

    private static List<String> reached(Collection<String> ids, OwnRecord.Said said) {
        Map<String, PingData> pings = said.content().pingData();
        return ids.stream()
                .filter(id -> !pings.getOrDefault(id, PingData.UNKNOWN).isOffline())
                .toList();
    }

    /** So many others at random that can be polled. */
    public List<Member> anybody(int count, NetworkConfig config) {
        return some(config.members().stream().map(Member::nodeId).toList(), count, config).stream()
                .map(id -> config.member(id).orElseThrow())
                .toList();
    }

    private List<String> some(Collection<String> of, int count, NetworkConfig config) {
        return shuffled(of).stream()
                .filter(id -> !id.equals(config.nodeId()))
                .filter(id ->
                        config.member(id).filter(member -> member.url() != null).isPresent())
                .limit(count)
                .toList();
    }

    private List<String> some(Collection<String> of, int count) {
        return shuffled(of).stream().limit(count).toList();
    }

    private List<String> shuffled(Collection<String> ids) {
        List<String> order = new ArrayList<>(ids);
        Collections.sort(order); // the same random numbers choose the same, in a simulation
        Collections.shuffle(order, Random.from(random));
        return order;
    }
}
