package io.distomon.node.threads;

import io.distomon.core.config.NetworkConfig;
import io.distomon.core.exchange.Moment;
import io.distomon.core.store.Equivocation;
import io.distomon.core.view.Evidence;
import io.distomon.core.view.NetworkView;
import io.distomon.core.view.ViewInput;
import java.util.Map;

/**
 * What a network's store meant at one moment.
 *
 * @param view the verdicts
 * @param equivocations who is proven to have said two things under one date, by node id
 * @param input what the verdicts rest on
 * @param at the moment
 * @param config the network as we know it
 */
public record Asked(
        NetworkView view, Map<String, Equivocation> equivocations, ViewInput input, Moment at, NetworkConfig config) {
    /** What others can make the verdicts of again. */
    public Evidence evidence() {
        return Evidence.of(input, at.wallMicros(), config.digest(), config.topology(), equivocations);
    }
}
