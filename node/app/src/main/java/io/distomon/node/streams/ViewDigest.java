package io.distomon.node.streams;

import io.distomon.core.crypto.Sha256;
import io.distomon.core.view.LinkFault;
import io.distomon.core.view.NetworkView;
import io.distomon.core.view.NodeVerdict;
import io.distomon.core.view.StrainedLink;
import io.distomon.core.view.Witness;
import io.distomon.node.threads.Asked;
import java.util.Arrays;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What stands for what a view says: of whom, in which state, why, since when, and who says so. Not for round trips, losses
 * and the dates of entries, which are others each second.
 */
final class ViewDigest {
    private static final int DIGITS = 16;

    private ViewDigest() {}

    static String of(Asked asked) {
        NetworkView view = asked.view();
        StringBuilder said = new StringBuilder();
        add(
                said,
                view.minority(),
                view.partitions(),
                new TreeSet<>(asked.equivocations().keySet()));
        view.nodes().forEach(node -> node(said, node));
        view.brokenLinks().forEach(link -> link(said, "broken", link));
        view.strainedLinks().forEach(link -> strained(said, link));
        view.settlingLinks().forEach(link -> link(said, "settling", link));
        return Sha256.hex(said.toString()).substring(0, DIGITS);
    }

    private static void node(StringBuilder said, NodeVerdict node) {
        add(said, node.nodeId(), node.state(), node.reason(), node.shownAs(), node.sinceMicros());
        add(said, node.planned(), node.fresh(), node.observers(), node.offlineObservers(), node.brokenLinks());
        for (Witness witness : node.witnesses()) {
            add(said, witness.observer(), witness.status(), witness.error(), witness.standing());
        }
    }

    private static void link(StringBuilder said, String kind, LinkFault link) {
        add(said, kind, link.from(), link.to(), link.oneWay(), link.standing(), link.sinceMicros(), link.error());
    }

    private static void strained(StringBuilder said, StrainedLink link) {
        add(said, "strained", link.from(), link.to(), link.reason(), link.counted(), link.sinceMicros());
    }

    private static void add(StringBuilder said, @Nullable Object... facts) {
        said.append(Arrays.asList(facts)).append('\n');
    }
}
