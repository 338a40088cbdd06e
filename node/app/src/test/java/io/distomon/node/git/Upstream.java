package io.distomon.node.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.ResetCommand;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.PersonIdent;

/** A repository that others fetch from, with a work tree that tests write to. Its branch is {@code main}. */
public final class Upstream implements AutoCloseable {
    private static final PersonIdent SOMEBODY = new PersonIdent("somebody", "somebody@example.com");

    private final Path directory;
    private final String url;
    private final Git git;

    public Upstream(Path directory) throws GitAPIException, IOException {
        IsolatedGit.enter();
        this.directory = Files.createDirectories(directory);
        // Asked once: of a directory that is away, a URI has no slash at its end.
        this.url = directory.toUri().toString();
        this.git = Git.init()
                .setDirectory(directory.toFile())
                .setInitialBranch("main")
                .call();
    }

    public String url() {
        return url;
    }

    public Path directory() {
        return directory;
    }

    /** Where git keeps everything. */
    public Path gitDirectory() {
        return directory.resolve(".git");
    }

    /** The work tree's file of this name, for what {@link #commit} can't write. */
    public Path file(String name) {
        return directory.resolve(name);
    }

    /** Writes files and commits all that the work tree holds; returns the commit's id. */
    public String commit(Map<String, String> files) throws IOException, GitAPIException {
        return commit(files, SOMEBODY);
    }

    /** Likewise, by a clock that shows another time. */
    public String commitAt(Instant time, Map<String, String> files) throws IOException, GitAPIException {
        return commit(files, new PersonIdent(SOMEBODY, time));
    }

    private String commit(Map<String, String> files, PersonIdent committer) throws IOException, GitAPIException {
        write(files);
        git.add().addFilepattern(".").call();
        return git.commit()
                .setMessage("a change")
                .setAuthor(SOMEBODY)
                .setCommitter(committer)
                .setSign(false)
                .call()
                .name();
    }

    /** Puts another commit in the last one's place, with the same parents: those who have the old one can't forward. */
    public String rewrite(Map<String, String> files) throws IOException, GitAPIException {
        write(files);
        git.add().addFilepattern(".").call();
        return git.commit()
                .setAmend(true)
                .setMessage("another history")
                .setAuthor(SOMEBODY)
                .setCommitter(SOMEBODY)
                .setSign(false)
                .call()
                .name();
    }

    /** Moves the branch back. */
    public void resetTo(String commit) throws GitAPIException {
        git.reset().setMode(ResetCommand.ResetType.HARD).setRef(commit).call();
    }

    /** Commits on another branch, and returns to the main one. */
    public String commitOn(String branch, Map<String, String> files) throws IOException, GitAPIException {
        git.checkout().setCreateBranch(true).setName(branch).call();
        String commit = commit(files);
        git.checkout().setName("main").call();
        return commit;
    }

    /** The repository is not there any more; {@link #comeBack} undoes it. */
    public void vanish() throws IOException {
        Files.move(directory, directory.resolveSibling(directory.getFileName() + ".away"));
    }

    public void comeBack() throws IOException {
        Files.move(directory.resolveSibling(directory.getFileName() + ".away"), directory);
    }

    @Override
    public void close() {
        git.close();
    }

    private void write(Map<String, String> files) throws IOException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = directory.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
    }
}
