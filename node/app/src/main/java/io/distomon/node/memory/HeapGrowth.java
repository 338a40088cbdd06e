package io.distomon.node.memory;

/** How much more heap the JVM holds than after the last full collection, as far as looks at it tell. For one thread. */
final class HeapGrowth {
    /** By so much it may grow at least. */
    static final long MOST_BYTES = 8L << 20;

    private long leastBytes;

    /**
     * Takes in a look, and says whether it has grown by too much: by more than {@link #MOST_BYTES}, and by more than a half.
     * A JVM that collected by itself and holds less since counts from there on.
     *
     * @param heldBytes how much it holds, in use or not
     */
    boolean isTooMuch(long heldBytes) {
        leastBytes = Math.min(leastBytes, heldBytes);
        return heldBytes - leastBytes > Math.max(MOST_BYTES, leastBytes / 2);
    }

    /** It holds so much after a full collection. */
    void collected(long heldBytes) {
        leastBytes = heldBytes;
    }
}
