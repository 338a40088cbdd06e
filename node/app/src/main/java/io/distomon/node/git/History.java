package io.distomon.node.git;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a commit stands to the newest one that was seen before. A server that shows an older commit is a stale copy, or plays
 * old files to us; who goes back on purpose commits once more.
 */
final class History {
    private static final Logger LOG = LoggerFactory.getLogger(History.class);

    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);

    private History() {}

    /** What a commit is. */
    enum Standing {
        /** It comes after what was seen, or nothing was. */
        NEWER,
        /** It was seen before what was seen last, is an ancestor of that, or is neither and has an earlier date. */
        OLDER,
        /** It does not come after what was seen, as far as that is here, and is not older: the history was rewritten. */
        REWRITTEN
    }

    /**
     * Whether a commit is known to be older, without having it.
     *
     * @param seen the ids of all that were the newest, oldest first
     * @param before a repository with the last of {@code seen} and some of its history; null when it is gone
     */
    static boolean isOlder(Commit commit, List<String> seen, @Nullable Path before) {
        if (seen.isEmpty() || seen.getLast().equals(commit.id())) {
            return false;
        }
        return seen.contains(commit.id()) || (before != null && isIn(before, seen.getLast(), commit.id()));
    }

    /**
     * Judges a commit.
     *
     * @param fetched a repository with the commit and some of its history
     * @param now our own time: a commit of a later one tells nothing by its date, or it would shut out all that come
     */
    static Standing judge(Commit commit, List<String> seen, Path fetched, @Nullable Path before, Instant now) {
        if (isOlder(commit, seen, before)) {
            return Standing.OLDER;
        }
        if (seen.isEmpty() || seen.getLast().equals(commit.id()) || isIn(fetched, commit.id(), seen.getLast())) {
            return Standing.NEWER;
        }
        OptionalLong then = before == null ? OptionalLong.empty() : seconds(before, seen.getLast());
        OptionalLong next = seconds(fetched, commit.id());
        boolean isOlder = then.isPresent()
                && next.isPresent()
                && next.getAsLong() < then.getAsLong()
                && then.getAsLong() <= now.plus(CLOCKS_DIFFER).getEpochSecond();
        return isOlder ? Standing.OLDER : Standing.REWRITTEN;
    }

    /**
     * Whether the last commit that was seen is in the history of another but for its signature: that, and with it the id, a
     * server can often write in another way without the key, and would have all that comes after the true one refused.
     *
     * @param fetched a repository with the commit and its history
     * @param before a repository with the last one
     */
    static boolean isAfterUnsigned(Commit commit, Path fetched, Commit last, Path before) {
        byte[] sought;
        try (Repository repository = CommitFiles.open(before);
                RevWalk commits = new RevWalk(repository)) {
            sought = TrustedSigners.unsigned(
                    commits.parseCommit(ObjectId.fromString(last.id())).getRawBuffer());
        } catch (IOException | RuntimeException e) {
            LOG.warn("The commit {} can't be read: {}", last, e.toString());
            return false;
        }
        try (Repository repository = CommitFiles.open(fetched);
                RevWalk commits = new RevWalk(repository)) {
            commits.markStart(commits.parseCommit(ObjectId.fromString(commit.id())));
            for (RevCommit each : commits) {
                if (Arrays.equals(TrustedSigners.unsigned(each.getRawBuffer()), sought)) {
                    return true;
                }
                each.disposeBody();
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("The history of {} can't be read: {}", commit, e.toString());
        }
        return false;
    }

    /** Whether one commit is in the history of another, as far as it is here. */
    private static boolean isIn(Path directory, String descendant, String ancestor) {
        try (Repository repository = CommitFiles.open(directory);
                RevWalk commits = new RevWalk(repository)) {
            commits.setRetainBody(false);
            commits.markStart(commits.parseCommit(ObjectId.fromString(descendant)));
            ObjectId sought = ObjectId.fromString(ancestor);
            for (RevCommit each : commits) {
                if (each.equals(sought)) {
                    return true;
                }
            }
        } catch (MissingObjectException e) {
            LOG.debug("The history of {} ends early", descendant, e);
        } catch (IOException | RuntimeException e) {
            LOG.warn("The history of {} can't be read: {}", descendant, e.toString());
        }
        return false;
    }

    /** When it was committed, by the committer's clock: seconds since the epoch. */
    private static OptionalLong seconds(Path directory, String commit) {
        try (Repository repository = CommitFiles.open(directory);
                RevWalk commits = new RevWalk(repository)) {
            return OptionalLong.of(
                    commits.parseCommit(ObjectId.fromString(commit)).getCommitTime());
        } catch (IOException | RuntimeException e) {
            LOG.warn("The commit {} can't be read: {}", commit, e.toString());
            return OptionalLong.empty();
        }
    }
}
