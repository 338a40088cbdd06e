package io.distomon.node.config;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How the files of one network stand.
 *
 * @param running whether the network runs; if not, no files of it were good yet
 * @param commit the git commit that is in use; null for local files, and for what doesn't run
 * @param newest the newest commit of the branch that was taken or refused since the start; null for local files, and when none was
 *     since the start
 * @param loadedAt when what is in use was taken; null for what doesn't run
 * @param fetchedAt when the repository last answered; null for local files, and when it has not since the start
 * @param goodAt when what the files or the repository say was last seen to be in use; null when it has not been since the
 *     start
 * @param error why what the files or the repository say now is not in use, one line for each mistake; null when it is
 */
public record NetworkState(
        boolean running,
        @Nullable String commit,
        @Nullable String newest,
        @Nullable Instant loadedAt,
        @Nullable Instant fetchedAt,
        @Nullable Instant goodAt,
        @Nullable String error) {}
