package io.distomon.operator.page;

import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.operator.mirror.Inquiry;
import java.util.Optional;
import java.util.stream.Stream;

/** The networks that the page shows, as they are known just now. Asked by many threads. */
public interface LookedAfter {
    /** All of them, in any order. */
    Stream<DistomonNetwork> networks();

    /** Whether this is one of them. */
    boolean has(String namespace, String name);

    /** How a network's nodes are asked; empty while it is not known whom to ask, or with what token. */
    Optional<Inquiry> inquiry(String namespace, String name);

    /** Why the operator itself does not work right now; empty while it does. */
    Optional<String> trouble();
}
