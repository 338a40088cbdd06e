package io.distomon.core.store;

/** What an observer says of a link's other end. Written in lower case on the wire. */
public enum PingStatus {
    /** The last poll was answered, or fewer polls in a row failed than the retry limit allows. */
    ONLINE,
    /** More polls in a row failed than the retry limit allows. */
    OFFLINE,
    /** Nothing is known yet. */
    UNKNOWN
}
