package io.distomon.operator.mirror;

/**
 * What answers that are read just now may take of the memory, in bytes, shared between networks. None may hold more than
 * twice what it leaves free, so that however many of them take what they can, there is always as much as each has for one
 * more (the dynamic thresholds that switches share their buffers by). Safe for use by many threads.
 */
final class AnswerMemory {
    private static final int TIMES_WHAT_IS_FREE = 2;

    private long free;

    AnswerMemory(long bytes) {
        this.free = bytes;
    }

    /** One network's part. */
    Share share() {
        return new Share();
    }

    /** What one network holds. */
    final class Share {
        private long held;

        private Share() {}

        /** Takes so much more, if it may. */
        boolean take(int bytes) {
            synchronized (AnswerMemory.this) {
                if (held + bytes > TIMES_WHAT_IS_FREE * (free - bytes)) {
                    return false;
                }
                held += bytes;
                free -= bytes;
                return true;
            }
        }

        /** Gives so much back. */
        void giveBack(int bytes) {
            synchronized (AnswerMemory.this) {
                held -= bytes;
                free += bytes;
            }
        }
    }
}
