package io.distomon.operator.mirror;

import io.distomon.operator.members.NetworkMembers;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one node says of the config of a network that it follows by git.
 *
 * @param commit which it runs with; null when it runs the network with none, or not at all
 * @param newest the newest commit of the branch, as the repository last told it; null when it never did
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
    /** Whether there is a newer commit that it does not take. */
    public boolean refusesNewest() {
        return error != null && newest != null && !newest.equals(commit);
    }
}
