package io.distomon.node.config;

import io.distomon.core.config.Finding;
import io.distomon.core.config.GitSource;
import io.distomon.core.config.LoadedNetwork;
import io.distomon.node.git.Commit;
import io.distomon.node.git.GitFollower;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one look at a network found. Immutable.
 *
 * @param network as it is to run; null when it can't
 * @param isNew whether that is what its files say, and not what ran before
 * @param commit the commit that it is of; null for local files, and for what ran before
 * @param follower of its repository; null for local files
 * @param findings why the files or the repository are not as they should be
 */
record NetworkReading(
        @Nullable LoadedNetwork network,
        boolean isNew,
        @Nullable Commit commit,
        @Nullable GitFollower follower,
        List<Finding> findings) {
    NetworkReading {
        findings = List.copyOf(findings);
    }

    /** What of a network makes a difference. */
    static Object content(LoadedNetwork network) {
        return List.of(network.source(), network.config(), network.signer().keyid());
    }

    String error() {
        return findings.stream().map(Finding::text).collect(Collectors.joining("\n"));
    }

    void acceptCommit() {
        if (follower != null && commit != null && isNew) {
            follower.accept(commit);
        }
    }

    /** The same with one finding more, before the others. */
    NetworkReading with(Finding finding) {
        List<Finding> more = new ArrayList<>(List.of(finding));
        more.addAll(findings);
        return new NetworkReading(network, isNew, commit, follower, more);
    }

    /** The same with a warning more. */
    NetworkReading warned(String warning) {
        return network == null
                ? this
                : new NetworkReading(
                        new LoadedNetwork(network.source(), network.config().withWarning(warning), network.signer()),
                        isNew,
                        commit,
                        follower,
                        findings);
    }

    /** The same, with what ran before instead of what was read. */
    NetworkReading refused(@Nullable LoadedNetwork before, Finding finding) {
        List<Finding> more = new ArrayList<>(findings);
        more.add(finding);
        return new NetworkReading(before, false, null, follower, more);
    }

    NetworkState state(@Nullable NetworkState before, @Nullable LoadedNetwork old, Instant now) {
        Instant fetchedAt = fetchedAt(before, old);
        Instant goodAt =
                findings.isEmpty() ? (follower == null ? now : fetchedAt) : (before == null ? null : before.goodAt());
        String error = findings.isEmpty() ? null : error();
        Commit judged = follower == null ? null : follower.status().judged();
        String newest = judged == null ? null : judged.id();
        if (network == null) {
            return new NetworkState(false, null, newest, null, fetchedAt, goodAt, error);
        }
        String id = commit == null ? null : commit.id();
        boolean same = old != null && content(old).equals(content(network));
        if (before != null && (!isNew || (same && Objects.equals(id, before.commit())))) {
            return new NetworkState(true, before.commit(), newest, before.loadedAt(), fetchedAt, goodAt, error);
        }
        return new NetworkState(true, id, newest, now, fetchedAt, goodAt, error);
    }

    /** Also by an earlier follower of the same repository: other credentials make another one. */
    private @Nullable Instant fetchedAt(@Nullable NetworkState before, @Nullable LoadedNetwork old) {
        if (follower == null) {
            return null;
        }
        GitSource oldSource = old == null ? null : old.source().git();
        Instant fetchedAt = follower.status().fetchedAt();
        return fetchedAt == null
                        && before != null
                        && oldSource != null
                        && oldSource.repo().equals(follower.source().repo())
                ? before.fetchedAt()
                : fetchedAt;
    }
}
