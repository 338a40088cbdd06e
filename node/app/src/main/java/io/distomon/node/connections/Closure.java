package io.distomon.node.connections;

import java.util.Locale;

/** Why the node closed a connection. */
public enum Closure {
    /** There were more than there may be. */
    TOO_MANY,
    /** Its owner, a member or who has a token, had more than its share. */
    OVER_SHARE,
    /** Answers that nobody reads took more memory than they may, or of a stream nothing was read for too long. */
    UNREAD,
    /** One request after the other came, and none of the answers could be out yet, or not before the end of a stream. */
    PIPELINED,
    /** The head of a request, the first or another, was not there in time. */
    HEAD_LATE,
    /** The body of a request was not there in time. */
    BODY_LATE,
    /** One request went on and on. */
    TOO_LONG,
    /** After an answer no other request came: nothing is wrong with that. */
    IDLE;

    /** The form in metrics. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
