package io.distomon.node.tls;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the certificate stands that the API is served with.
 *
 * @param subject whom it is for
 * @param validFrom from when on it is valid
 * @param expiresAt until when it is valid
 * @param error why what is in the files now is not in use, one line for each mistake; null when it is
 */
public record CertificateStatus(
        String subject,
        Instant validFrom,
        Instant expiresAt,
        @Nullable String error) {
    /**
     * So long before its end a certificate is expected to have been renewed, unless the last of {@link #LATE_PARTS} parts of
     * its time is shorter.
     */
    private static final Duration LATE = Duration.ofDays(7);

    /** cert-manager renews after two thirds of a certificate's time, so in its last sixth it is late. */
    private static final int LATE_PARTS = 6;

    /** What a moment is in its time. */
    enum Age {
        EARLY,
        GOOD,
        SOON,
        EXPIRED
    }

    Age age(Instant now) {
        if (now.isAfter(expiresAt)) {
            return Age.EXPIRED;
        }
        if (now.isBefore(validFrom)) {
            return Age.EARLY;
        }
        Duration lastPart = Duration.between(validFrom, expiresAt).dividedBy(LATE_PARTS);
        return now.isAfter(expiresAt.minus(lastPart.compareTo(LATE) < 0 ? lastPart : LATE)) ? Age.SOON : Age.GOOD;
    }

    /** What somebody has to do something about. */
    public List<String> warnings(Instant now) {
        List<String> warnings = new ArrayList<>();
        if (error != null) {
            warnings.add("the certificate is not usable, the last good one stays: " + error);
        }
        String words = words(age(now));
        if (words != null) {
            warnings.add(words);
        }
        return warnings;
    }

    @Nullable
    String words(Age age) {
        return switch (age) {
            case EARLY -> "the certificate for %s is valid from %s on".formatted(subject, validFrom);
            case GOOD -> null;
            case SOON -> "the certificate for %s expires on %s".formatted(subject, expiresAt);
            case EXPIRED ->
                "the certificate for %s expired on %s: nobody takes it any more".formatted(subject, expiresAt);
        };
    }
}
