package io.distomon.node.config;

import io.distomon.core.config.ConfigException;
import io.distomon.core.config.ConfigReader;
import io.distomon.core.config.ConfigType;
import io.distomon.core.config.LoadedNetwork;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.config.NetworkSource;
import io.distomon.core.config.NodeConf;
import io.distomon.core.config.PrivateKeys;
import io.distomon.core.config.Problem;
import io.distomon.core.config.Secret;
import io.micronaut.context.annotation.Context;
import jakarta.annotation.PreDestroy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the config in use. Files that are wrong at start are a failure to start; files that become wrong later change
 * nothing: the last good config stays, and the mistakes are told in the log, in {@code /info} and in readiness.
 *
 * <p>The state is one reference, replaced by the polling thread alone and read by anyone.
 */
@Context
public final class ConfigManager implements Supplier<ApiSecrets> {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigManager.class);

    private final ConfigReader reader;
    private final PrivateKeys privateKeys;
    private final Path nodeConfFile;
    private final Duration pollInterval;
    private final byte[] ownJwtKey = new byte[ApiSecrets.MIN_JWT_KEY_BYTES];
    private volatile ConfigState state;
    private volatile @Nullable Thread polling;

    /**
     * Reads the config; makes private keys that are missing.
     *
     * @throws ConfigException with every mistake in the files
     */
    public ConfigManager(ConfigProperties properties) throws ConfigException {
        Path directory = Path.of(properties.directory()).toAbsolutePath().normalize();
        SecureRandom random = new SecureRandom();
        random.nextBytes(ownJwtKey);
        this.reader = new ConfigReader(directory, properties.fileName());
        this.privateKeys = new PrivateKeys(directory, random);
        this.nodeConfFile = directory.resolve(properties.fileName());
        this.pollInterval = properties.pollInterval();
        this.state = new ConfigState(read(List.of()), Instant.now(), null);
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
     * @param onChange told each new config, on the polling thread
     */
    public void watch(Consumer<NodeConfig> onChange) {
        polling = Thread.ofVirtual().name("config").start(() -> {
            try {
                while (true) {
                    Thread.sleep(pollInterval);
                    poll(onChange);
                }
            } catch (InterruptedException e) {
                LOG.debug("No longer looking for changes of the config");
            }
        });
    }

    @PreDestroy
    void stop() {
        Thread thread = polling;
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void poll(Consumer<NodeConfig> onChange) {
        ConfigState before = state;
        try {
            NodeConfig now = read(before.config().networks());
            boolean changed = !isSame(now, before.config());
            // Files change one after the other. What two readings in a row agree on is taken for whole.
            if (changed && !isSame(now, read(before.config().networks()))) {
                return;
            }
            if (changed) {
                LOG.info("The config changed");
                onChange.accept(now);
                state = new ConfigState(now, Instant.now(), null);
            } else if (before.error() != null) {
                LOG.info("The config is whole again, and as it was");
                state = new ConfigState(before.config(), before.loadedAt(), null);
            }
        } catch (ConfigException e) {
            keep(before, String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
            // The old one counts as in use, so that the next look finds the change again.
            LOG.error("Going on with a changed config failed", e);
            keep(before, "a changed config could not be taken: " + e.getClass().getSimpleName());
        }
    }

    private void keep(ConfigState before, String error) {
        if (!error.equals(before.error())) {
            error.lines().forEach(line -> LOG.error("The config is not usable, the last good one stays: {}", line));
            state = new ConfigState(before.config(), before.loadedAt(), error);
        }
    }

    /** Reads everything, so that all mistakes are told at once. */
    private NodeConfig read(List<LoadedNetwork> running) throws ConfigException {
        NodeConf nodeConf = reader.nodeConf();
        List<Problem> problems = new ArrayList<>();
        Map<String, String> namesById = new HashMap<>();
        List<LoadedNetwork> networks = new ArrayList<>();
        for (NetworkSource source : nodeConf.networks()) {
            try {
                LoadedNetwork network = read(source, running);
                String id = network.config().networkId();
                String other = namesById.putIfAbsent(id, source.name());
                if (other == null) {
                    networks.add(network);
                } else {
                    problems.add(problem(
                            source.name() + "'s network_id " + id + ", which is also " + other + "'s",
                            "every network once"));
                }
            } catch (ConfigException e) {
                problems.addAll(e.problems());
            }
        }
        byte[] jwtKey = jwtKey(nodeConf.jwtSecret(), problems);
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        Secret password = nodeConf.loginPassword();
        ApiSecrets secrets = new ApiSecrets(password == null ? null : password.reveal(), jwtKey);
        return new NodeConfig(networks, secrets, nodeConf.warnings());
    }

    private LoadedNetwork read(NetworkSource source, List<LoadedNetwork> running) throws ConfigException {
        if (source.type() == ConfigType.GIT) {
            throw new ConfigException(
                    List.of(problem("config_type git for " + source.name(), "local: this version reads no git")));
        }
        Path directory = reader.networkDirectory(source);
        for (LoadedNetwork network : running) {
            if (network.source().name().equals(source.name())
                    && network.source().nodeId().equals(source.nodeId())) {
                return changed(network, source, reader.network(source, directory));
            }
        }
        return reader.open(source, directory, privateKeys);
    }

    /** A running network keeps its private key: one that vanished must not be made anew as somebody else's. */
    private LoadedNetwork changed(LoadedNetwork network, NetworkSource source, NetworkConfig config)
            throws ConfigException {
        if (!config.keys().of(source.nodeId()).contains(network.signer().verifier())) {
            throw new ConfigException(List.of(problem(
                    "files of %s that don't publish the key %s that we run with"
                            .formatted(
                                    source.name(), network.signer().verifier().fingerprint()),
                    "it among the public keys of " + source.nodeId() + ", or a restart with another")));
        }
        return new LoadedNetwork(source, config, network.signer());
    }

    private byte[] jwtKey(@Nullable Secret secret, List<Problem> problems) {
        if (secret == null) {
            return ownJwtKey;
        }
        byte[] key = secret.reveal().strip().getBytes(StandardCharsets.UTF_8);
        if (key.length >= ApiSecrets.MIN_JWT_KEY_BYTES) {
            return key;
        }
        problems.add(problem(
                "%d bytes in jwt_secret_file".formatted(key.length),
                "at least %d".formatted(ApiSecrets.MIN_JWT_KEY_BYTES)));
        return ownJwtKey;
    }

    private Problem problem(String found, String expected) {
        return new Problem(nodeConfFile.getFileName().toString(), 0, "", found, expected);
    }

    private static boolean isSame(NodeConfig a, NodeConfig b) {
        return a.secrets().equals(b.secrets())
                && a.warnings().equals(b.warnings())
                && Objects.equals(
                        a.networks().stream().map(ConfigManager::content).toList(),
                        b.networks().stream().map(ConfigManager::content).toList());
    }

    private static List<Object> content(LoadedNetwork network) {
        return List.of(network.source(), network.config(), network.signer().keyid());
    }
}
