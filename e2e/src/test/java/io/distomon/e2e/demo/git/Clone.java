package io.distomon.e2e.demo.git;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.internal.storage.dfs.DfsRepositoryDescription;
import org.eclipse.jgit.internal.storage.dfs.InMemoryRepository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.treewalk.TreeWalk;

/**
 * What is fetched of a repository, as any git does.
 *
 * @param messages of the commits of its default branch, the newest first
 * @param files of the newest commit, path to text
 */
public record Clone(List<String> messages, Map<String, String> files) {
    /** Fetches it. */
    public static Clone of(String url) throws Exception {
        try (InMemoryRepository repository = new InMemoryRepository(new DfsRepositoryDescription("clone"));
                RevWalk walk = new RevWalk(repository)) {
            Git.wrap(repository)
                    .fetch()
                    .setRemote(url)
                    .setRefSpecs(new RefSpec("HEAD:refs/heads/fetched"))
                    .call();
            RevCommit newest = walk.parseCommit(repository.resolve("refs/heads/fetched"));
            Map<String, String> files = new TreeMap<>();
            try (TreeWalk tree = new TreeWalk(repository)) {
                tree.addTree(newest.getTree());
                tree.setRecursive(true);
                while (tree.next()) {
                    files.put(
                            tree.getPathString(),
                            new String(repository.open(tree.getObjectId(0)).getBytes(), StandardCharsets.UTF_8));
                }
            }
            walk.markStart(newest);
            List<String> messages = new ArrayList<>();
            walk.forEach(commit -> messages.add(commit.getShortMessage()));
            return new Clone(messages, files);
        }
    }
}
