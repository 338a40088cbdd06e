package io.distomon.node.config;

import io.distomon.core.config.ConfigException;
import io.distomon.core.config.ConfigReader;
import io.distomon.core.config.Finding;
import io.distomon.core.config.Fingerprint;
import io.distomon.core.config.LoadedNetwork;
import io.distomon.core.config.NetworkFiles;
import io.distomon.core.config.NetworkSource;
import io.distomon.core.config.PrivateKeys;
import io.distomon.node.git.Commit;
import io.distomon.node.git.GitException;
import io.distomon.node.git.GitFollower;
import io.distomon.node.git.GitStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Looks at one network again and again, and reads it when something changed: its files, once they are whole; the commits
 * that there are, which always are; its private key. What could not be used is tried once more after a while too, since a
 * disk that failed looks as before. Used by one thread at a time.
 */
final class NetworkLook {
    /** How long what can't be used is left alone while nothing changes. */
    static final Duration RETRY = Duration.ofSeconds(30);

    private final NetworkSource source;
    private final @Nullable GitFollower follower;
    private final ConfigReader reader;
    private final PrivateKeys privateKeys;
    private final BiFunction<String, String, Finding> finding;
    private final Settling settling;
    private @Nullable NetworkReading last;
    private List<Commit> commits = List.of();
    private int fetches;
    private long readAt;
    private int readings;

    /**
     * Has read nothing yet.
     *
     * @param finding makes a finding of the node's own file of what was found and what was expected
     */
    NetworkLook(
            NetworkSource source,
            @Nullable GitFollower follower,
            ConfigReader reader,
            PrivateKeys privateKeys,
            Duration settle,
            BiFunction<String, String, Finding> finding) {
        this.source = source;
        this.follower = follower;
        this.reader = reader;
        this.privateKeys = privateKeys;
        this.settling = new Settling(settle);
        this.finding = finding;
    }

    boolean isOf(NetworkSource other, @Nullable GitFollower otherFollower) {
        return source.equals(other) && follower == otherFollower;
    }

    /** How often the files were read: for tests. */
    int readings() {
        return readings;
    }

    /**
     * What there is now.
     *
     * @param running what runs of it; null when nothing does
     */
    NetworkReading look(@Nullable LoadedNetwork running) throws InterruptedException {
        Fingerprint now = last == null ? settling.first(this::fingerprint) : fingerprint();
        int fetched = follower == null ? 0 : follower.fetches();
        List<Commit> there = follower == null ? List.of() : follower.commits();
        NetworkReading found = last;
        if (found == null
                || settling.isDue(now, System.nanoTime())
                || !there.equals(commits)
                || fetched != fetches
                || (!found.findings().isEmpty() && System.nanoTime() - readAt > RETRY.toNanos())) {
            NetworkFiles files = follower == null ? reader.files(source) : null;
            if (found == null || files == null || fingerprint().equals(now)) {
                found = files == null ? ofCommits(there, running) : ofFiles(files, running);
                last = found;
                commits = there;
                fetches = fetched;
                settling.read(now);
                readAt = System.nanoTime();
                readings++;
            }
            // Else they changed while they were read, and have to settle again.
        }
        return follower == null ? found : withStatus(found, follower.status());
    }

    private Fingerprint fingerprint() {
        return reader.fingerprint(source, privateKeys);
    }

    private NetworkReading ofFiles(NetworkFiles files, @Nullable LoadedNetwork running) {
        try {
            return new NetworkReading(open(files, running), true, null, null, List.of());
        } catch (ConfigException e) {
            return new NetworkReading(running, false, null, null, e.findings());
        }
    }

    /** The newest commit if it is good; else what runs; else, after a start, the last that was good. */
    private NetworkReading ofCommits(List<Commit> there, @Nullable LoadedNetwork running) {
        GitFollower git = Objects.requireNonNull(follower, "commits are of a repository");
        List<Finding> findings = new ArrayList<>();
        for (Commit commit : there) {
            try {
                return new NetworkReading(open(git.files(commit), running), true, commit, git, findings);
            } catch (ConfigException e) {
                e.findings().forEach(each -> findings.add(at(commit, each)));
            } catch (GitException e) {
                findings.add(finding.apply(
                        "commit %s of %s, which can't be used: %s"
                                .formatted(commit.shortId(), source.name(), e.getMessage()),
                        "a commit with the network's files"));
            }
            if (running != null) {
                break;
            }
        }
        return new NetworkReading(running, false, null, git, findings);
    }

    /** What the repository said last does not need anything to be read again. */
    private NetworkReading withStatus(NetworkReading found, GitStatus status) {
        NetworkReading told = status.rewritten() == null || !found.isNew() ? found : found.warned(status.rewritten());
        if (status.error() != null) {
            return told.with(finding.apply(
                    "git_repo of %s, which can't be fetched: %s".formatted(source.name(), status.error()),
                    "a repository that answers"));
        }
        return told.network() == null && told.findings().isEmpty()
                ? told.with(finding.apply(
                        "git_repo of %s, which was not fetched yet".formatted(source.name()), "its files"))
                : told;
    }

    private LoadedNetwork open(NetworkFiles files, @Nullable LoadedNetwork running) throws ConfigException {
        return running != null && running.source().nodeId().equals(source.nodeId())
                ? reader.reopen(source, files, privateKeys, running)
                : reader.open(source, files, privateKeys);
    }

    private static Finding at(Commit commit, Finding finding) {
        return new Finding(
                "commit %s: %s".formatted(commit.shortId(), finding.file()),
                finding.line(),
                finding.column(),
                finding.key(),
                finding.found(),
                finding.expected());
    }
}
