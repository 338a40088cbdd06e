package io.distomon.node.command;

import io.distomon.core.config.InspectedNetwork;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.tls.PeerTrust;
import io.distomon.core.topology.Member;
import io.distomon.node.polls.PeerLook;
import java.io.PrintWriter;
import java.net.URI;
import java.util.List;

/** Looks once at each peer of a node, or at a url, and tells in a line of each how far it got, and what is wrong there. */
final class Diagnose {
    private final PrintWriter out;

    Diagnose(PrintWriter out) {
        this.out = out;
    }

    /** Whether all is well at a url. */
    boolean url(URI url) throws InterruptedException {
        return tell(url.toString(), PeerLook.unsigned(url, new PeerTrust(List.of())));
    }

    /** Whether all is well with everybody's peers; it goes on after one with whom it is not. */
    boolean networks(List<InspectedNetwork> networks) throws InterruptedException {
        boolean isWell = true;
        for (InspectedNetwork network : networks) {
            PeerTrust trust = new PeerTrust(network.source().authorities());
            for (Member peer : network.config().members()) {
                isWell &= peer(network, peer, trust);
            }
        }
        return isWell;
    }

    private boolean peer(InspectedNetwork network, Member peer, PeerTrust trust) throws InterruptedException {
        NetworkConfig config = network.config();
        String shown = config.networkId() + ": " + peer.nodeId();
        if (peer.nodeId().equals(config.nodeId())) {
            return true;
        }
        if (peer.url() == null) {
            out.printf("%s: passive, not asked%n", shown);
            return true;
        }
        return tell(
                shown,
                network.signer() == null
                        ? PeerLook.unsigned(peer.url(), trust)
                        : PeerLook.signed(config, network.signer(), peer, trust));
    }

    private boolean tell(String whom, PeerLook look) {
        out.printf("%s: %s%s%n", whom, look.isWell() ? "ok, " : "", look.words());
        out.flush();
        return look.isWell();
    }
}
