package io.distomon.node.config;

import io.distomon.core.config.ConfigException;
import io.distomon.node.supervised.SupervisedThread;
import io.micronaut.context.annotation.Context;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the config in use. Only when nothing is good at start is there a failure to start; a network whose files are
 * wrong does not run until they are mended. Files, commits and repositories that become wrong later change nothing: the
 * last good config of each network stays, and the mistakes are told in the log, in {@code /info} and in readiness.
 *
 * <p>The state is one reference, replaced by the watching thread alone and read by anyone.
 */
@Context
public final class ConfigManager implements Supplier<ApiSecrets> {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigManager.class);

    private final Duration pollInterval;
    private final ConfigLook look;
    private volatile ConfigState state;
    private volatile @Nullable SupervisedThread watching;

    /**
     * Reads the config; makes private keys that are missing, and fetches what was not fetched before.
     *
     * @throws ConfigException with every mistake in the files, when nothing of them is good
     * @throws InterruptedException when told not to wait for a repository any longer
     */
    public ConfigManager(ConfigProperties properties) throws ConfigException, InterruptedException {
        this.pollInterval = properties.pollInterval();
        this.look = new ConfigLook(properties, this::wake);
        try {
            Reading first = look.first();
            tellNewErrors(Map.of(), first.errors());
            this.state = first.state(null);
            first.acceptCommits();
        } catch (ConfigException | InterruptedException | RuntimeException | Error e) {
            look.close();
            throw e;
        }
    }

    /** The config in use. */
    public ConfigState state() {
        return state;
    }

    /** The secrets in use. */
    @Override
    public ApiSecrets get() {
        return state().config().secrets();
    }

    /**
     * Begins to look for changes.
     *
     * @param onChange told each new config, on the watching thread
     */
    public void watch(Consumer<NodeConfig> onChange) {
        watching = SupervisedThread.start("config", () -> {
            while (true) {
                LockSupport.parkNanos(pollInterval.toNanos());
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                poll(onChange);
            }
        });
    }

    /** How often the files of networks were read: for tests. */
    int readings() {
        return look.readings();
    }

    @PreDestroy
    void stop() {
        SupervisedThread thread = watching;
        if (thread != null) {
            thread.stop();
        }
        look.close();
    }

    /** Something was fetched. */
    private void wake() {
        SupervisedThread thread = watching;
        if (thread != null) {
            thread.wake();
        }
    }

    private void poll(Consumer<NodeConfig> onChange) throws InterruptedException {
        ConfigState before = state;
        try {
            Reading now = look.look(Reading.running(before));
            tellNewErrors(errors(before), now.errors());
            if (!now.isSame(before.config())) {
                LOG.info("The config changed");
                onChange.accept(now.config());
            } else if (before.error() != null && now.errors().isEmpty()) {
                LOG.info("The config is whole again, and as it was");
            }
            state = now.state(before);
            now.acceptCommits();
        } catch (ConfigException e) {
            keep(before, String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
            // The old one counts as in use, so that the next look finds the change again.
            LOG.error("Going on with a changed config failed", e);
            keep(before, "a changed config could not be taken: " + e.getClass().getSimpleName());
        }
    }

    private void keep(ConfigState before, String error) {
        if (!error.equals(before.nodeError())) {
            tell(error);
            state = before.withNodeError(error);
        }
    }

    private static void tell(String error) {
        error.lines().forEach(line -> LOG.error("The config is not usable, the last good one stays: {}", line));
    }

    private static void tellNewErrors(Map<String, String> before, Map<String, String> now) {
        now.forEach((name, error) -> {
            if (!error.equals(before.get(name))) {
                tell(error);
            }
        });
    }

    private static Map<String, String> errors(ConfigState state) {
        Map<String, String> errors = new LinkedHashMap<>();
        state.networks().forEach((name, network) -> {
            if (network.error() != null) {
                errors.put(name, network.error());
            }
        });
        return errors;
    }
}
