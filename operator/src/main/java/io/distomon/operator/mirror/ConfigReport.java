package io.distomon.operator.mirror;

import io.distomon.operator.members.NetworkMembers;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one node says of the config of a network that it follows by git.
 *
 * @param commit which it runs with; null when it runs the network with none, or not at all
 * @param newest the newest commit of the branch that it has judged; null when it has judged none
 * @param loadedAt when it took its commit
 * @param error why the newest is not in use, or could not be had; null when nothing is wrong
 * @param members those that it runs with; null when it does not run the network
 */
public record ConfigReport(
        @Nullable String commit,
        @Nullable String newest,
        Instant loadedAt,
        @Nullable String error,
        @Nullable NetworkMembers members) {
    /** Of several configs the one that most run with; of those that as many do, the one that was taken last. */
    public static final Comparator<List<ConfigReport>> BY_WEIGHT =
            Comparator.<List<ConfigReport>>comparingInt(List::size).thenComparing(ConfigReport::lastLoaded);

    /** Whether there is a newer commit that it does not take. */
    public boolean refusesNewest() {
        return error != null && newest != null && !newest.equals(commit);
    }

    /** The same with members that are equal to its own: what many say alike is kept once. */
    ConfigReport naming(@Nullable NetworkMembers equal) {
        return new ConfigReport(commit, newest, loadedAt, error, equal);
    }

    private static Instant lastLoaded(List<ConfigReport> reports) {
        return reports.stream()
                .map(ConfigReport::loadedAt)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }
}
