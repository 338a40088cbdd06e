package io.distomon.bench;

import io.distomon.core.Clock;
import io.distomon.core.crypto.Signer;
import io.distomon.core.exchange.Admission;
import io.distomon.core.exchange.HttpAnswer;
import io.distomon.core.exchange.HttpRequestHead;
import io.distomon.core.exchange.Moment;
import io.distomon.core.exchange.NetworkExchange;
import io.distomon.core.exchange.OutgoingRequest;
import io.distomon.core.exchange.Receiver;
import io.distomon.core.exchange.Requester;
import io.distomon.core.store.SharedStore;
import java.security.SecureRandom;
import java.util.Optional;

/** A member of a calm network that exchanges, without HTTP, and to whom news are nothing to react to. */
final class CalmNode {
    private final Clock clock;
    private final NetworkExchange exchange;
    private final Receiver receiver;
    private final Requester requester;

    CalmNode(CalmNetwork network, Signer itself, Clock clock) {
        SecureRandom random = new SecureRandom();
        SharedStore store = new SharedStore(CalmNetwork.ID, itself.nodeId(), network.keys(), clock);
        this.clock = clock;
        this.exchange = new NetworkExchange(network.config(itself), itself, store, news -> {});
        this.receiver = new Receiver(clock, random, id -> Optional.of(exchange));
        this.requester = new Requester(exchange, clock, random);
    }

    NetworkExchange exchange() {
        return exchange;
    }

    Requester requester() {
        return requester;
    }

    HttpAnswer answer(OutgoingRequest request) {
        return switch (receiver.admit(new HttpRequestHead("POST", request.uri().getPath(), request.fields()))) {
            case Admission.Refused(HttpAnswer answer) -> answer;
            case Admission.Admitted admitted -> receiver.answer(admitted, request.body(), Moment.now(clock));
        };
    }
}
