package io.distomon.core.config;

import io.distomon.core.threshold.LinkLimits;
import io.distomon.core.threshold.Thresholds;
import io.distomon.core.topology.Member;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The {@code thresholds} of a network's file: limits for all links, and before them those for some. */
final class ThresholdRules {
    static final String ROUND_TRIP = "round_trip_ms";
    static final String LOSS = "loss_percent";
    static final String JITTER = "jitter_ms";
    static final String BASELINE = "baseline";
    static final double PER_CENT = 100;

    private static final int MAX_LINKS = 1_000;

    private final Set<String> members;

    private ThresholdRules(List<Member> members) {
        this.members = members.stream().map(Member::nodeId).collect(Collectors.toCollection(HashSet::new));
    }

    /** What the file says of them; {@link Thresholds#NONE} when nothing. Mistakes are noted. */
    static Thresholds read(YamlMap network, List<Member> members) {
        YamlMap yaml = network.map("thresholds");
        return yaml == null ? Thresholds.NONE : new ThresholdRules(members).rules(yaml);
    }

    private Thresholds rules(YamlMap yaml) {
        List<YamlMap> links = yaml.maps("links", MAX_LINKS);
        List<Thresholds.Rule> ofSome = links.stream().map(this::ofSome).toList();
        YamlMap.warnUnknown(links);
        Thresholds.Rule ofAll = rule(yaml, null, null);
        yaml.warnUnknown();
        return Thresholds.of(ofSome, ofAll);
    }

    private Thresholds.Rule ofSome(YamlMap link) {
        String from = link.optional("from", "the node_id of who polls", text -> true);
        String to = link.optional("to", "the node_id of who is polled", text -> true);
        Stream.of("from", "to").forEach(end -> warnUnlessMember(link, end, end.equals("from") ? from : to));
        if (!link.has("from") && !link.has("to")) {
            link.error("from", "neither from nor to", "from, to or both; what is of all links stands beside links");
        } else if (from != null && from.equals(to)) {
            link.error("to", "the node that polls", "another node");
        }
        Thresholds.Rule rule = rule(link, from, to);
        if (Stream.of(ROUND_TRIP, LOSS, JITTER, BASELINE).noneMatch(link::has)) {
            link.error(ROUND_TRIP, "no limit", "%s, %s, %s or %s".formatted(ROUND_TRIP, LOSS, JITTER, BASELINE));
        }
        return rule;
    }

    /** Who has left is no reason to refuse all that the file says. */
    private void warnUnlessMember(YamlMap link, String end, @Nullable String id) {
        if (id != null && !members.contains(id)) {
            link.warn(end, "there is no such member, so this is of no link");
        }
    }

    private static Thresholds.Rule rule(YamlMap yaml, @Nullable String from, @Nullable String to) {
        // No poll takes longer than five seconds.
        Double roundTrip = yaml.numberOr(LinkLimits.OFF, ROUND_TRIP, "0.1", "5000");
        Double lossPercent = yaml.numberOr(LinkLimits.OFF, LOSS, "0.1", "99");
        Double jitter = yaml.numberOr(LinkLimits.OFF, JITTER, "0.1", "5000");
        String baseline = yaml.optional(BASELINE, "true or false", List.of("true", "false")::contains);
        return new Thresholds.Rule(
                from,
                to,
                roundTrip,
                lossPercent == null ? null : lossPercent / PER_CENT,
                jitter,
                baseline == null ? null : (Boolean) baseline.equals("true"));
    }
}
