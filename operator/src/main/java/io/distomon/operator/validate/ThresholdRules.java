package io.distomon.operator.validate;

import io.distomon.core.text.ForeignText;
import io.distomon.core.threshold.LinkLimits;
import io.distomon.core.threshold.Thresholds;
import io.distomon.crds.v1alpha1.DistomonNetworkSpec;
import io.distomon.crds.v1alpha1.LinkLimit;
import io.distomon.crds.v1alpha1.LinkThresholdsSpec;
import io.distomon.crds.v1alpha1.MembershipType;
import io.distomon.crds.v1alpha1.Names;
import io.distomon.crds.v1alpha1.NodeSpec;
import io.distomon.crds.v1alpha1.ThresholdsSpec;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rules of {@code spec.thresholds}: those of the nodes, which would not take a file that breaks one. Nodes only warn of what is
 * of no member; here it is refused, as who writes it writes {@code spec.nodes} too, and what runs goes on until both agree.
 */
final class ThresholdRules {
    private static final Pattern IDENTIFIER = Pattern.compile(Names.IDENTIFIER);
    private static final int MAX_ID_CHARS = 63;
    private static final double PER_CENT = 100;
    private static final String PATH = "spec.thresholds";

    private final Set<@Nullable String> members;
    private final Findings findings;

    private ThresholdRules(DistomonNetworkSpec spec, Findings findings) {
        this.members = spec.nodes().stream().map(NodeSpec::id).collect(Collectors.toSet());
        this.findings = findings;
    }

    /** What the spec says of it; {@link Thresholds#NONE} when nothing. Of use only when nothing was noted. */
    static Thresholds of(DistomonNetworkSpec spec, Findings findings) {
        // What can't be said beside a repository has been noted.
        return spec.thresholds() == null || spec.membership().type() == MembershipType.Git
                ? Thresholds.NONE
                : new ThresholdRules(spec, findings).rules(spec.thresholds());
    }

    private Thresholds rules(ThresholdsSpec thresholds) {
        checkLimits(PATH, thresholds.roundTripMs(), thresholds.lossPercent(), thresholds.jitterMs());
        String path = PATH + ".links";
        findings.expectSize(path, thresholds.links().size(), ThresholdsSpec.MAX_LINKS, "links");
        List<Thresholds.Rule> ofSome = new ArrayList<>();
        for (int i = 0; i < thresholds.links().size() && i < ThresholdsSpec.MAX_LINKS; i++) {
            ofSome.add(link(thresholds.links().get(i), Findings.item(path, i)));
        }
        return Thresholds.of(
                ofSome,
                new Thresholds.Rule(
                        null,
                        null,
                        thresholds.roundTripMs(),
                        share(thresholds.lossPercent()),
                        thresholds.jitterMs(),
                        thresholds.baseline()));
    }

    private Thresholds.Rule link(LinkThresholdsSpec link, String path) {
        checkEnd(path + ".from", link.from());
        checkEnd(path + ".to", link.to());
        if (link.from() == null && link.to() == null) {
            findings.add(path + ".from", LinkThresholdsSpec.OF_ALL);
        } else if (link.from() != null && link.from().equals(link.to())) {
            findings.add(path + ".to", LinkThresholdsSpec.TO_ITSELF);
        }
        checkLimits(path, link.roundTripMs(), link.lossPercent(), link.jitterMs());
        Set<LinkLimit> unlimited = unlimited(link, path + ".unlimited");
        Thresholds.Rule rule = new Thresholds.Rule(
                link.from(),
                link.to(),
                unlimited.contains(LinkLimit.RoundTrip) ? (Double) LinkLimits.OFF : link.roundTripMs(),
                unlimited.contains(LinkLimit.Loss) ? (Double) LinkLimits.OFF : share(link.lossPercent()),
                unlimited.contains(LinkLimit.Jitter) ? (Double) LinkLimits.OFF : link.jitterMs(),
                link.baseline());
        if (rule.isEmpty() && link.unlimited().isEmpty()) {
            findings.add(path + ".roundTripMs", LinkThresholdsSpec.NO_LIMIT);
        }
        return rule;
    }

    private void checkEnd(String path, @Nullable String id) {
        if (id != null
                && findings.expectText(path, id, MAX_ID_CHARS, IDENTIFIER, Findings.ID_RULE)
                && !members.contains(id)) {
            findings.add(path, "found %s, expected the id of one of spec.nodes".formatted(ForeignText.quoted(id)));
        }
    }

    private void checkLimits(
            String path, @Nullable Double roundTripMs, @Nullable Double lossPercent, @Nullable Double jitterMs) {
        checkLimit(path + ".roundTripMs", roundTripMs, ThresholdsSpec.MAX_MS);
        checkLimit(path + ".lossPercent", lossPercent, ThresholdsSpec.MAX_PERCENT);
        checkLimit(path + ".jitterMs", jitterMs, ThresholdsSpec.MAX_MS);
    }

    private void checkLimit(String path, @Nullable Double number, double max) {
        if (number != null) {
            findings.expectNumber(path, number, ThresholdsSpec.MIN, max);
        }
    }

    private Set<LinkLimit> unlimited(LinkThresholdsSpec link, String path) {
        findings.expectSize(path, link.unlimited().size(), LinkThresholdsSpec.MAX_UNLIMITED, "limits");
        Set<LinkLimit> unlimited = EnumSet.noneOf(LinkLimit.class);
        for (int i = 0; i < link.unlimited().size() && i < LinkThresholdsSpec.MAX_UNLIMITED; i++) {
            LinkLimit limit =
                    Validator.known(Findings.item(path, i), link.unlimited().get(i), LinkLimit.values(), findings);
            if (limit != null) {
                unlimited.add(limit);
            }
        }
        if ((unlimited.contains(LinkLimit.RoundTrip) && link.roundTripMs() != null)
                || (unlimited.contains(LinkLimit.Loss) && link.lossPercent() != null)
                || (unlimited.contains(LinkLimit.Jitter) && link.jitterMs() != null)) {
            findings.add(path, LinkThresholdsSpec.BOTH);
        }
        return unlimited;
    }

    private static @Nullable Double share(@Nullable Double percent) {
        return percent == null ? null : (Double) (percent / PER_CENT);
    }
}
