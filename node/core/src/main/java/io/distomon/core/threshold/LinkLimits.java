package io.distomon.core.threshold;

/**
 * What a link may be like at most. {@link #OFF} is no limit.
 *
 * @param roundTripMillis what 95 of 100 round trips may take, milliseconds
 * @param loss which share of the polls may get no answer, 0 to 1
 * @param jitterMillis how much round trips may differ from one to the next on average, milliseconds
 * @param isHeldAgainstUsual whether round trips may not be longer, nor differ more, and no more polls get no answer than is
 *     usual of the link, either
 */
public record LinkLimits(double roundTripMillis, double loss, double jitterMillis, boolean isHeldAgainstUsual) {
    /** A limit that nothing exceeds. */
    public static final double OFF = Double.POSITIVE_INFINITY;

    /** A link is lossy once, since some moment, it has lost so many polls more than it may. */
    public static final int LOST_TOO_MANY = 12;

    /** A link of which nothing is expected. */
    public static final LinkLimits NONE = new LinkLimits(OFF, OFF, OFF);

    /** Fixed limits alone. */
    public LinkLimits(double roundTripMillis, double loss, double jitterMillis) {
        this(roundTripMillis, loss, jitterMillis, false);
    }

    /** After how many polls, on average, a link is found that loses twice as many as it may; 0 without such a limit. */
    public double pollsUntilFound() {
        return LOST_TOO_MANY / loss;
    }
}
