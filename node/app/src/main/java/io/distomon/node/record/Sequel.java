package io.distomon.node.record;

import java.util.List;

/** What comes after a {@link Bookmark}. */
public sealed interface Sequel {
    /** The next records in their order, as many as were asked for at most; none when it lies at the end. */
    record Records(List<KeptRecord> records) implements Sequel {
        public Records {
            records = List.copyOf(records);
        }
    }

    /**
     * Not all of it can be told.
     *
     * @param asked from where on it was asked for
     * @param end how far the chain has come, from where one can go on
     */
    record Gap(Why why, Bookmark asked, Bookmark end) implements Sequel {}

    /** Why something can't be told. */
    enum Why {
        /** Some of it is not kept any more. */
        TOO_OLD,
        /** It is more than may be asked for. */
        TOO_MANY,
        /** It is not of the chain that is kept now. */
        OTHER_CHAIN
    }
}
