package io.distomon.core.exchange;

/**
 * How much somebody may use: so much in a row, and so much a second afterwards. What a use costs is known when it is over,
 * so one may go beyond; then nothing is left until time has made up for it. Not safe for use by many threads: whoever has
 * it guards it.
 */
public final class Allowance {
    private static final double NANOS_IN_SECOND = 1e9;

    private final double aSecond;
    private final double inARow;
    private final double mostOwed;
    private double left;
    private long asOfNanos;

    /**
     * One of which nothing is used yet.
     *
     * @param aSecond how much comes back in a second
     * @param inARow how much there is at most
     * @param mostOwed how much of what went beyond has to be made up for at most
     */
    public Allowance(double aSecond, double inARow, double mostOwed) {
        this.aSecond = aSecond;
        this.inARow = inARow;
        this.mostOwed = mostOwed;
        this.left = inARow;
    }

    /** Whether nothing is left. */
    public boolean isUsedUp(long nowNanos) {
        passUntil(nowNanos);
        return left <= 0;
    }

    /** Takes away what a use cost. */
    public void use(double amount, long nowNanos) {
        passUntil(nowNanos);
        left = Math.max(-mostOwed, left - amount);
    }

    private void passUntil(long nowNanos) {
        double seconds = Math.max(0, nowNanos - asOfNanos) / NANOS_IN_SECOND;
        left = Math.min(inARow, left + seconds * aSecond);
        asOfNanos = nowNanos;
    }
}
