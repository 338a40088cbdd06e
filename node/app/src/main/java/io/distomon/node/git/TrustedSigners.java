package io.distomon.node.git;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * Who may sign the commits that are used: SSH and PGP keys of one file. A commit's signature is over its bytes without the
 * header {@code gpgsig} (git's gitformat-signature), and with them over all its files and its history.
 */
final class TrustedSigners {
    private static final byte[] HEADER = "gpgsig ".getBytes(StandardCharsets.US_ASCII);

    private final SshSigners ssh;
    private final PgpSigners pgp;

    /**
     * Reads the file.
     *
     * @throws GitException when there is no key in it, or something else
     */
    TrustedSigners(String text) throws GitException {
        List<String> all = text.lines().map(String::strip).toList();
        List<String> lines = new ArrayList<>();
        List<PgpSigners.Block> blocks = new ArrayList<>();
        int begin = 0;
        for (int number = 1; number <= all.size(); number++) {
            String line = all.get(number - 1);
            if (line.equals(PgpSigners.BEGIN_KEY)) {
                if (begin != 0) {
                    throw unended(begin);
                }
                begin = number;
            }
            // Kept, so that lines are counted as they stand.
            lines.add(begin == 0 ? line : "");
            if (begin != 0 && line.equals(PgpSigners.END_KEY)) {
                blocks.add(new PgpSigners.Block(begin, String.join("\n", all.subList(begin - 1, number)) + "\n"));
                begin = 0;
            }
        }
        if (begin != 0) {
            throw unended(begin);
        }
        ssh = new SshSigners(lines);
        pgp = new PgpSigners(blocks);
        if (ssh.isEmpty() && pgp.isEmpty()) {
            throw new GitException(
                    "found no key in git_trusted_signers, expected SSH public keys or PGP public key blocks");
        }
    }

    private static GitException unended(int line) {
        return new GitException(
                "found a PGP public key block in line %s of git_trusted_signers without its end, expected \"%s\""
                        .formatted(line, PgpSigners.END_KEY));
    }

    /**
     * Refuses a commit that none of them signed.
     *
     * @param now our own time
     * @throws GitException when it is not signed by one of them
     */
    void check(Repository repository, Commit commit, Instant now) throws IOException, GitException {
        byte[] raw;
        try (RevWalk commits = new RevWalk(repository)) {
            raw = commits.parseCommit(ObjectId.fromString(commit.id())).getRawBuffer();
        }
        List<Lines> headers = signatures(raw);
        if (headers.isEmpty()) {
            throw refused(commit, "without a signature");
        }
        if (headers.size() > 1) {
            throw refused(commit, "with more than one signature");
        }
        String signature = headers.getFirst().content(raw);
        byte[] signed = headers.getFirst().cutFrom(raw);
        boolean made = signature.startsWith(SshSigners.BEGIN)
                ? ssh.made(signature, signed)
                : signature.startsWith(PgpSigners.BEGIN) && pgp.made(signature, signed, now);
        if (!made) {
            throw refused(commit, "with a signature of none of these keys");
        }
    }

    /** A commit as it is without its signatures. */
    static byte[] unsigned(byte[] raw) {
        byte[] rest = raw;
        for (Lines header : signatures(raw).reversed()) {
            rest = header.cutFrom(rest);
        }
        return rest;
    }

    private static GitException refused(Commit commit, String how) {
        return new GitException("found commit %s %s, expected one that a key in git_trusted_signers signed"
                .formatted(commit.shortId(), how));
    }

    /** The headers of a commit that hold a signature, each with its continuation lines, which begin with a space. */
    private static List<Lines> signatures(byte[] raw) {
        List<Lines> found = new ArrayList<>();
        int at = 0;
        while (at < raw.length && raw[at] != '\n') {
            int end = next(raw, at);
            if (begins(raw, at)) {
                while (end < raw.length && raw[end] == ' ') {
                    end = next(raw, end);
                }
                found.add(new Lines(at, end));
            }
            at = end;
        }
        return found;
    }

    private static boolean begins(byte[] raw, int at) {
        return raw.length - at > HEADER.length && Arrays.equals(raw, at, at + HEADER.length, HEADER, 0, HEADER.length);
    }

    /** Where the line after this one begins. */
    private static int next(byte[] raw, int at) {
        int end = at;
        while (end < raw.length && raw[end] != '\n') {
            end++;
        }
        return Math.min(raw.length, end + 1);
    }

    /** A header of a commit, from its first byte to the one after its last. */
    private record Lines(int begin, int end) {
        /** What it says, without the spaces that its further lines begin with. */
        String content(byte[] raw) {
            return new String(raw, begin + HEADER.length, end - begin - HEADER.length, StandardCharsets.US_ASCII)
                    .replace("\n ", "\n");
        }

        byte[] cutFrom(byte[] raw) {
            byte[] rest = Arrays.copyOf(raw, raw.length - (end - begin));
            System.arraycopy(raw, end, rest, begin, raw.length - end);
            return rest;
        }
    }
}
