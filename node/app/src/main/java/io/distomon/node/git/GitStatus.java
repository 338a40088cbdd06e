package io.distomon.node.git;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How the last look at a repository went.
 *
 * @param newest the commit that was fetched last; null when none was since the start
 * @param judged the newest commit of the branch on which there is a judgement: it was taken, or refused for what it is;
 *     null when there was none since the start. One that could not be had is not judged
 * @param fetchedAt when the repository last answered; null when it has not since the start
 * @param fetches how many commits were taken in since the start
 * @param rewritten that the newest commit does not come after the one before it; null when it does
 * @param error why it did not answer the last time, on one line without secrets; null when it did
 */
public record GitStatus(
        @Nullable Commit newest,
        @Nullable Commit judged,
        @Nullable Instant fetchedAt,
        int fetches,
        @Nullable String rewritten,
        @Nullable String error) {
    static final GitStatus NONE = new GitStatus(null, null, null, 0, null, null);

    GitStatus failed(@Nullable Commit lastJudged, String why) {
        return new GitStatus(newest, lastJudged, fetchedAt, fetches, rewritten, why);
    }
}
