package io.distomon.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.store.Advance;
import io.distomon.core.store.SharedStore;
import io.distomon.core.wire.SetClock;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class NewsTest {
    private final SetClock clock = new SetClock(1_800_000_000_000_000L);
    private final SecureRandom random = new SecureRandom();
    private final Signer fra = Signer.generate("fra", random);
    private final Signer nyc = Signer.generate("nyc", random);
    private final List<Set<String>> toFra = new ArrayList<>();
    private final List<Set<String>> toNyc = new ArrayList<>();

    @Test
    void bothSidesOfAnExchangeTellWhoseNewEntriesItBroughtThem() {
        Nodes.Node asking = node(fra, toFra);
        Nodes.Node asked = node(nyc, toNyc);
        asking.publish();
        asked.publish();

        asking.poll(asked);

        assertThat(toFra).containsExactly(Set.of("nyc"));
        assertThat(toNyc).containsExactly(Set.of("fra"));

        asking.poll(asked);

        assertThat(toFra).hasSize(1);
        assertThat(toNyc).hasSize(1);
    }

    private Nodes.Node node(Signer signer, List<Set<String>> news) {
        KeyMapping keys = Nodes.keys(fra, nyc);
        SharedStore store = new SharedStore("lab", signer.nodeId(), keys, clock);
        NetworkExchange exchange = new NetworkExchange(
                Nodes.config("lab", signer.nodeId(), keys),
                signer,
                store,
                advances -> news.add(advances.stream().map(Advance::signer).collect(Collectors.toSet())));
        Receiver receiver = new Receiver(clock, random, id -> Optional.of(exchange));
        return new Nodes.Node(signer, exchange, receiver, new Requester(exchange, clock, random), clock);
    }
}
