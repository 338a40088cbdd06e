package io.distomon.core.store;

import java.util.Locale;

/** Why an entry was not taken. Written in lower case into an answer's {@code refused}. */
public enum EntryRefusal {
    /** Its form is wrong, or it does not say the same signer everywhere. */
    MALFORMED,
    /** Its signer is no member. */
    UNKNOWN_SIGNER,
    /** No now valid key of its signer made the signature. */
    BAD_SIGNATURE,
    /** It was said in another network. */
    WRONG_NETWORK,
    /** Its date is more than 120 s ahead of our clock. */
    FUTURE,
    /** Its signer said something else under the same date. */
    EQUIVOCATION,
    /** It was not judged: who brings it has brought too many in vain. */
    BUSY;

    /** The form in messages and metrics. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
