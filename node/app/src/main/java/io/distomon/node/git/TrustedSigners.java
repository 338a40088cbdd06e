package io.distomon.node.git;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * Who may sign the commits that are used: SSH and PGP keys of one file. A commit's signature is over its bytes without the
 * header {@code gpgsig} (git's gitformat-signature), and with them over all its files and its history.
 */
final class TrustedSigners {
    private static final String HEADER = "gpgsig ";

    private final SshSigners ssh;
    private final PgpSigners pgp;

    /**
     * Reads the file.
     *
     * @throws GitException when there is no key in it, or something else
     */
    TrustedSigners(String text) throws GitException {
        List<String> lines = new ArrayList<>();
        List<String> blocks = new ArrayList<>();
        StringBuilder block = new StringBuilder();
        for (String line : text.lines().map(String::strip).toList()) {
            boolean inBlock = !block.isEmpty() || line.equals(PgpSigners.BEGIN_KEY);
            // Kept, so that lines are counted as they stand.
            lines.add(inBlock ? "" : line);
            if (inBlock) {
                block.append(line).append('\n');
            }
            if (line.equals(PgpSigners.END_KEY)) {
                blocks.add(block.toString());
                block.setLength(0);
            }
        }
        if (!block.isEmpty()) {
            throw new GitException(
                    "found a PGP public key block without its end in git_trusted_signers, expected \"%s\""
                            .formatted(PgpSigners.END_KEY));
        }
        ssh = new SshSigners(lines);
        pgp = new PgpSigners(blocks);
        if (ssh.isEmpty() && pgp.isEmpty()) {
            throw new GitException(
                    "found no key in git_trusted_signers, expected SSH public keys or PGP public key blocks");
        }
    }

    /**
     * Refuses a commit that none of them signed.
     *
     * @throws GitException when it is not signed by one of them
     */
    void check(Repository repository, Commit commit) throws IOException, GitException {
        byte[] raw;
        String signature;
        try (RevWalk commits = new RevWalk(repository)) {
            RevCommit parsed = commits.parseCommit(ObjectId.fromString(commit.id()));
            raw = parsed.getRawBuffer();
            byte[] header = parsed.getRawGpgSignature();
            if (header == null) {
                throw refused(commit, "without a signature");
            }
            signature = new String(header, StandardCharsets.US_ASCII);
        }
        byte[] signed = withoutSignature(raw);
        boolean made = signature.contains(SshSigners.BEGIN)
                ? ssh.made(signature, signed)
                : signature.contains(PgpSigners.BEGIN) && pgp.made(signature, signed);
        if (!made) {
            throw refused(commit, "with a signature of none of these keys");
        }
    }

    private static GitException refused(Commit commit, String how) {
        return new GitException("found commit %s %s, expected one that a key in git_trusted_signers signed"
                .formatted(commit.shortId(), how));
    }

    /** The bytes of a commit without the header and its continuation lines, which begin with a space. */
    private static byte[] withoutSignature(byte[] raw) {
        // Each byte is one character, and back.
        String text = new String(raw, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\n\n");
        String headers = text.substring(0, end + 1);
        StringBuilder kept = new StringBuilder();
        boolean inSignature = false;
        for (String line : headers.split("(?<=\n)", -1)) {
            inSignature = line.startsWith(HEADER) || (inSignature && line.startsWith(" "));
            if (!inSignature) {
                kept.append(line);
            }
        }
        return kept.append(text.substring(end + 1)).toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
