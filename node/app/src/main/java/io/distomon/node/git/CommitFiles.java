package io.distomon.node.git;

import io.distomon.core.config.NetworkFile;
import io.distomon.core.config.NetworkFiles;
import java.io.IOException;
import java.nio.file.Path;
import org.eclipse.jgit.errors.LargeObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.treewalk.TreeWalk;

/**
 * The files of a network in a commit, read from a bare repository: nothing is extracted, no link is followed, no hook, filter
 * or submodule is looked at. What is read is compared with its id, so that a repository that was damaged is noticed.
 */
final class CommitFiles {
    private static final ObjectInserter.Formatter IDS = new ObjectInserter.Formatter();

    private CommitFiles() {}

    /** A repository without a work tree, that may be there or not. */
    static Repository open(Path directory) throws IOException {
        return new FileRepositoryBuilder()
                .setGitDir(directory.toFile())
                .setBare()
                .build();
    }

    /**
     * Reads the files.
     *
     * @param origin what stands before a file's name in messages
     * @throws GitException when they are no network's
     * @throws IOException when they can't be read, or are not what was committed
     */
    static NetworkFiles read(Repository repository, Commit commit, String origin) throws IOException, GitException {
        NetworkFiles.Gathering found = new NetworkFiles.Gathering(origin);
        try (ObjectReader reader = repository.newObjectReader();
                RevWalk commits = new RevWalk(reader);
                TreeWalk tree = new TreeWalk(reader)) {
            RevCommit parsed = commits.parseCommit(ObjectId.fromString(commit.id()));
            checked(reader, parsed, Constants.OBJ_COMMIT);
            checked(reader, parsed.getTree(), Constants.OBJ_TREE);
            tree.addTree(parsed.getTree());
            while (tree.next()) {
                String path = tree.getPathString();
                if (path.equals(NetworkFiles.PUBLIC_KEYS)) {
                    keys(found, reader, tree);
                } else if (path.equals(NetworkFiles.CONFIG) || NetworkFiles.isKeyName(name(path))) {
                    add(found, reader, tree);
                }
            }
        }
        return found.files(null);
    }

    private static void keys(NetworkFiles.Gathering found, ObjectReader reader, TreeWalk tree) throws IOException {
        if (tree.isSubtree()) {
            checked(reader, tree.getObjectId(0), Constants.OBJ_TREE);
            found.hasTree();
            tree.enterSubtree();
        } else if (!isFile(tree.getFileMode(0))) {
            fault(found, tree, "the directory");
        }
    }

    private static void add(NetworkFiles.Gathering found, ObjectReader reader, TreeWalk tree)
            throws IOException, GitException {
        if (tree.isSubtree()) {
            return;
        }
        if (found.size() >= NetworkFiles.MAX_FILES) {
            throw new GitException(
                    "found more than %s files, expected the files of a network".formatted(NetworkFiles.MAX_FILES));
        }
        if (found.isFull()) {
            throw new GitException("found more than %s MiB of files, expected the files of a network"
                    .formatted(NetworkFiles.MAX_BYTES >> 20));
        }
        if (isFile(tree.getFileMode(0))
                && reader.getObjectSize(tree.getObjectId(0), Constants.OBJ_BLOB) > NetworkFile.MAX_BYTES) {
            // Not opened: JGit would unpack all of it.
            found.fault(tree.getPathString(), NetworkFile.TOO_LARGE.found(), NetworkFile.TOO_LARGE.expected());
        } else if (isFile(tree.getFileMode(0))) {
            found.add(tree.getPathString(), content(reader, tree.getObjectId(0), Constants.OBJ_BLOB));
        } else {
            fault(found, tree, "the file");
        }
    }

    private static void fault(NetworkFiles.Gathering found, TreeWalk tree, String expected) {
        boolean link = tree.getFileMode(0).equals(FileMode.SYMLINK);
        found.fault(
                tree.getPathString(),
                link ? "a symbolic link" : "a submodule",
                "%s itself: %s"
                        .formatted(
                                expected, link ? "links in a commit are not followed" : "submodules are not fetched"));
    }

    private static boolean isFile(FileMode mode) {
        return mode.equals(FileMode.REGULAR_FILE) || mode.equals(FileMode.EXECUTABLE_FILE);
    }

    private static String name(String path) {
        return path.startsWith(NetworkFiles.PUBLIC_KEYS + "/")
                ? path.substring(NetworkFiles.PUBLIC_KEYS.length() + 1)
                : path;
    }

    private static void checked(ObjectReader reader, ObjectId id, int type) throws IOException {
        ObjectLoader object = reader.open(id, type);
        try {
            compare(id, type, object.getCachedBytes());
        } catch (LargeObjectException e) {
            throw new IOException("an object that is too large", e);
        }
    }

    /** An object that is no larger than a file may be. */
    private static byte[] content(ObjectReader reader, ObjectId id, int type) throws IOException {
        byte[] bytes = reader.open(id, type).getCachedBytes();
        compare(id, type, bytes);
        return bytes;
    }

    private static void compare(ObjectId id, int type, byte[] bytes) throws IOException {
        if (!IDS.idFor(type, bytes).equals(id)) {
            throw new IOException("the object %s is damaged".formatted(id.name()));
        }
    }
}
