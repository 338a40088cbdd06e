package io.distomon.node.git;

import io.distomon.core.config.GitSource;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * The repositories that a node follows, by the name of the network. Their files are under a directory of their own, where
 * no private key ever is. For use by one thread at a time.
 */
public final class GitNetworks implements AutoCloseable {
    private final Path directory;
    private final Duration timeout;
    private final Runnable onLook;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, GitFollower> followers = new HashMap<>();

    /**
     * Follows nothing yet.
     *
     * @param directory where what is fetched is kept, in a directory for each network
     * @param timeout for one look at a repository
     * @param onLook told after each look at any repository, on some thread
     */
    public GitNetworks(Path directory, Duration timeout, Runnable onLook) {
        this.directory = directory;
        this.timeout = timeout;
        this.onLook = onLook;
    }

    /** Follows a repository; another than before for the same network, or other credentials, take the former's place. */
    public GitFollower follow(String name, GitSource source) {
        GitFollower running = followers.get(name);
        if (running != null && running.source().equals(source)) {
            return running;
        }
        if (running != null) {
            running.close();
        }
        GitFollower follower = new GitFollower(name, source, directory.resolve(name), timeout, random, onLook);
        followers.put(name, follower);
        return follower;
    }

    /** Follows no others than these any more. What was fetched of them stays on disk. */
    public void retain(Collection<String> names) {
        followers.entrySet().removeIf(follower -> {
            boolean gone = !names.contains(follower.getKey());
            if (gone) {
                follower.getValue().close();
            }
            return gone;
        });
    }

    @Override
    public void close() {
        followers.values().forEach(GitFollower::close);
        followers.clear();
    }
}
