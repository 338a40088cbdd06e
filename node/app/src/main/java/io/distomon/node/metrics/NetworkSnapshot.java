package io.distomon.node.metrics;

import io.distomon.core.config.NetworkConfig;
import io.distomon.core.config.NetworkSource;
import io.distomon.core.exchange.ClockOffset;
import io.distomon.core.view.NetworkView;
import io.distomon.node.threads.PeerReport;
import io.distomon.node.threads.RunningNetwork;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One network at the time of a scrape.
 *
 * @param clockOffsets how far the clocks of peers are ahead of ours, of those with whom we had an exchange
 * @param entries how many entries its store holds
 * @param equivocations how many members' double talk it can prove
 * @param doubles with how many members' keys two processes sign
 */
record NetworkSnapshot(
        NetworkConfig config,
        NetworkSource source,
        Map<String, PeerReport> peers,
        Map<String, ClockOffset> clockOffsets,
        NetworkView view,
        int entries,
        int equivocations,
        int doubles) {
    static NetworkSnapshot of(RunningNetwork running) {
        Map<String, PeerReport> peers = running.peers();
        Map<String, ClockOffset> clockOffsets = new LinkedHashMap<>();
        for (String peer : peers.keySet()) {
            running.exchange().clockOffset(peer).ifPresent(offset -> clockOffsets.put(peer, offset));
        }
        return new NetworkSnapshot(
                running.config(),
                running.source(),
                peers,
                clockOffsets,
                running.view(),
                running.store().entries().size(),
                running.store().equivocations().size(),
                running.store().doubles().size());
    }

    String id() {
        return config.networkId();
    }
}
