package io.distomon.node.connections;

import io.distomon.core.login.SourceAddress;

/** Whose a connection is: what counts for one of them counts for all that are the same one's. */
public sealed interface Owner {
    /** Somebody who has proven nothing yet. */
    record Stranger(SourceAddress source) implements Owner {}

    /** A member of a network, by an exchange that it signed. */
    record Member(String networkId, String nodeId) implements Owner {}

    /** A proxy that is believed, while it carries no request: what it brings is then somebody else's. */
    record Proxy(SourceAddress source) implements Owner {}

    /** Who has logged in or has a token. There is one name for all of them, hence each is told by where it is. */
    record User(SourceAddress source) implements Owner {}
}
