package io.distomon.node.config;

import io.distomon.core.config.ConfigException;
import io.distomon.core.config.ConfigReader;
import io.distomon.core.config.GitSource;
import io.distomon.core.config.LoadedNetwork;
import io.distomon.core.config.NetworkSource;
import io.distomon.core.config.NodeConf;
import io.distomon.core.config.PrivateKeys;
import io.distomon.core.config.Problem;
import io.distomon.core.config.Secret;
import io.distomon.node.Version;
import io.distomon.node.git.Checkout;
import io.distomon.node.git.GitFollower;
import io.distomon.node.git.GitNetworks;
import io.micronaut.context.annotation.Context;
import jakarta.annotation.PreDestroy;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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

    private final ConfigReader reader;
    private final PrivateKeys privateKeys;
    private final Path nodeConfFile;
    private final Duration pollInterval;
    private final DirectoryWatch watch;
    private final GitNetworks repositories;
    private final byte[] ownJwtKey = new byte[ApiSecrets.MIN_JWT_KEY_BYTES];
    private final RememberedHash passwordHash;
    private volatile ConfigState state;
    private volatile @Nullable Thread watching;

    /**
     * Reads the config; makes private keys that are missing, and fetches what was not fetched before.
     *
     * @throws ConfigException with every mistake in the files, when nothing of them is good
     * @throws InterruptedException when told not to wait for a repository any longer
     */
    public ConfigManager(ConfigProperties properties) throws ConfigException, InterruptedException {
        Path directory = properties.configPath();
        SecureRandom random = new SecureRandom();
        random.nextBytes(ownJwtKey);
        this.passwordHash = new RememberedHash(random);
        this.reader = new ConfigReader(directory, properties.fileName(), Version.current());
        this.privateKeys = new PrivateKeys(directory, random);
        this.nodeConfFile = directory.resolve(properties.fileName());
        this.pollInterval = properties.pollInterval();
        this.watch = new DirectoryWatch(directory, properties.gitPath());
        this.repositories = new GitNetworks(properties.gitPath(), properties.gitTimeout(), watch::happened);
        try {
            Reading first = read(Map.of());
            if (first.config().networks().isEmpty()) {
                throw new ConfigException(first.problems());
            }
            tellNewErrors(Map.of(), first.errors());
            this.state = first.state(null);
            first.acceptCommits();
        } catch (ConfigException | InterruptedException | RuntimeException | Error e) {
            stop();
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
        watching = Thread.ofVirtual().name("config").start(() -> {
            try {
                while (true) {
                    watch.await(pollInterval);
                    poll(onChange);
                }
            } catch (InterruptedException e) {
                LOG.debug("No longer looking for changes of the config");
            }
        });
    }

    @PreDestroy
    void stop() {
        Thread thread = watching;
        if (thread != null) {
            thread.interrupt();
        }
        repositories.close();
        watch.close();
    }

    private void poll(Consumer<NodeConfig> onChange) throws InterruptedException {
        ConfigState before = state;
        try {
            Map<String, LoadedNetwork> running = running(before);
            Reading now = read(running);
            boolean changed = !now.isSame(before.config());
            boolean otherErrors = !now.errors().equals(errors(before));
            // Files change one after the other. What two readings in a row agree on is taken for whole.
            if (changed || otherErrors) {
                Reading again = read(running);
                if (!again.isSame(now.config()) || !again.errors().equals(now.errors())) {
                    watch.happened();
                    return;
                }
            }
            tellNewErrors(errors(before), now.errors());
            if (changed) {
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

    private static Object content(LoadedNetwork network) {
        return List.of(network.source(), network.config(), network.signer().keyid());
    }

    private static Map<String, LoadedNetwork> running(ConfigState state) {
        return state.config().networks().stream()
                .collect(Collectors.toMap(network -> network.source().name(), network -> network));
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

    /** What one look at everything found. */
    private record Reading(NodeConfig config, Map<String, NetworkReading> networks) {
        List<Problem> problems() {
            return networks.values().stream()
                    .flatMap(network -> network.problems().stream())
                    .toList();
        }

        Map<String, String> errors() {
            Map<String, String> errors = new LinkedHashMap<>();
            networks.forEach((name, network) -> {
                if (!network.problems().isEmpty()) {
                    errors.put(name, network.error());
                }
            });
            return errors;
        }

        boolean isSame(NodeConfig other) {
            return config.secrets().equals(other.secrets())
                    && config.warnings().equals(other.warnings())
                    && contents(config).equals(contents(other));
        }

        void acceptCommits() {
            networks.values().forEach(NetworkReading::acceptCommit);
        }

        ConfigState state(@Nullable ConfigState before) {
            Instant now = Instant.now();
            Map<String, NetworkState> states = new LinkedHashMap<>();
            Map<String, LoadedNetwork> old = before == null ? Map.of() : running(before);
            networks.forEach((name, network) -> states.put(
                    name,
                    network.state(before == null ? null : before.networks().get(name), old.get(name), now)));
            return before != null && isSame(before.config())
                    ? new ConfigState(before.config(), before.loadedAt(), states, null)
                    : new ConfigState(config, now, states, null);
        }

        private static List<Object> contents(NodeConfig config) {
            return config.networks().stream().map(ConfigManager::content).toList();
        }
    }

    /**
     * What one look at a network found.
     *
     * @param network as it is to run; null when it can't
     * @param isNew whether that is what its files say, and not what ran before
     * @param checkout the commit that it is of; null for local files, and for what ran before
     * @param problems why the files or the repository are not as they should be
     */
    private record NetworkReading(
            @Nullable LoadedNetwork network,
            boolean isNew,
            @Nullable Checkout checkout,
            @Nullable GitFollower follower,
            List<Problem> problems) {
        String error() {
            return problems.stream().map(Problem::text).collect(Collectors.joining("\n"));
        }

        void acceptCommit() {
            if (follower != null && checkout != null && isNew) {
                follower.accept(checkout);
            }
        }

        NetworkState state(@Nullable NetworkState before, @Nullable LoadedNetwork old, Instant now) {
            Instant fetchedAt = fetchedAt(before, old);
            Instant goodAt = problems.isEmpty()
                    ? (follower == null ? now : fetchedAt)
                    : (before == null ? null : before.goodAt());
            String error = problems.isEmpty() ? null : error();
            if (network == null) {
                return new NetworkState(false, null, null, fetchedAt, goodAt, error);
            }
            String commit = checkout == null ? null : checkout.commit();
            boolean same = old != null && content(old).equals(content(network));
            if (before != null && (!isNew || (same && Objects.equals(commit, before.commit())))) {
                return new NetworkState(true, before.commit(), before.loadedAt(), fetchedAt, goodAt, error);
            }
            return new NetworkState(true, commit, now, fetchedAt, goodAt, error);
        }

        /** Also by an earlier follower of the same repository: other credentials make another one. */
        private @Nullable Instant fetchedAt(@Nullable NetworkState before, @Nullable LoadedNetwork old) {
            if (follower == null) {
                return null;
            }
            GitSource oldSource = old == null ? null : old.source().git();
            Instant fetchedAt = follower.status().fetchedAt();
            return fetchedAt == null
                            && before != null
                            && oldSource != null
                            && oldSource.repo().equals(follower.source().repo())
                    ? before.fetchedAt()
                    : fetchedAt;
        }

        /** The same, with what ran before instead of what was read. */
        NetworkReading refused(@Nullable LoadedNetwork before, Problem problem) {
            List<Problem> more = new ArrayList<>(problems);
            more.add(problem);
            return new NetworkReading(before, false, null, follower, more);
        }
    }

    /** Reads everything, so that all mistakes are told at once. */
    private Reading read(Map<String, LoadedNetwork> running) throws ConfigException, InterruptedException {
        NodeConf nodeConf = reader.nodeConf(privateKeys);
        Map<String, GitFollower> followers = follow(nodeConf.networks());
        Map<String, String> namesById = new HashMap<>();
        Map<String, NetworkReading> networks = new LinkedHashMap<>();
        List<Problem> problems = new ArrayList<>();
        for (NetworkSource source : nodeConf.networks()) {
            LoadedNetwork before = running.get(source.name());
            NetworkReading reading = read(source, followers.get(source.name()), before);
            LoadedNetwork network = reading.network();
            String other =
                    network == null ? null : namesById.get(network.config().networkId());
            if (network != null && other != null) {
                String id = network.config().networkId();
                network =
                        before != null && !namesById.containsKey(before.config().networkId()) ? before : null;
                reading = reading.refused(
                        network,
                        problem(
                                "%s's network_id %s, which is also %s's".formatted(source.name(), id, other),
                                "every network once"));
            }
            if (network != null) {
                namesById.put(network.config().networkId(), source.name());
            }
            networks.put(source.name(), reading);
            problems.addAll(reading.problems());
        }
        byte[] jwtKey = jwtKey(nodeConf.jwtSecret(), problems);
        Secret password = nodeConf.loginPassword();
        ApiSecrets secrets = new ApiSecrets(password == null ? null : passwordHash.of(password), jwtKey);
        return new Reading(new NodeConfig(loaded(networks.values()), secrets, nodeConf.warnings()), networks);
    }

    private static List<LoadedNetwork> loaded(Collection<NetworkReading> readings) {
        List<LoadedNetwork> loaded = new ArrayList<>();
        for (NetworkReading reading : readings) {
            if (reading.network() != null) {
                loaded.add(reading.network());
            }
        }
        return loaded;
    }

    /** All are followed before any is waited for. */
    private Map<String, GitFollower> follow(List<NetworkSource> sources) throws ConfigException {
        repositories.retain(sources.stream()
                .filter(source -> source.git() != null)
                .map(NetworkSource::name)
                .toList());
        Map<String, GitFollower> followers = new HashMap<>();
        for (NetworkSource source : sources) {
            GitSource git = source.git();
            if (git != null) {
                try {
                    followers.put(source.name(), repositories.follow(source.name(), git));
                } catch (UncheckedIOException e) {
                    throw new ConfigException(List.of(problem(
                            "the network %s by git, but %s".formatted(source.name(), e.getMessage()),
                            "a directory that can be written to (DISTOMON_CONFIG_GIT_DIRECTORY)")));
                }
            }
        }
        return followers;
    }

    private NetworkReading read(NetworkSource source, @Nullable GitFollower follower, @Nullable LoadedNetwork running)
            throws InterruptedException {
        if (follower != null) {
            return readGit(source, follower, running);
        }
        try {
            return new NetworkReading(
                    open(source, reader.networkDirectory(source), running), true, null, null, List.of());
        } catch (ConfigException e) {
            return new NetworkReading(running, false, null, null, e.problems());
        }
    }

    /** What was fetched; where nothing of it is good, for it is missing or damaged, what the repository has now. */
    private NetworkReading readGit(NetworkSource source, GitFollower follower, @Nullable LoadedNetwork running)
            throws InterruptedException {
        NetworkReading found = readFetched(source, follower, running);
        if (found.network() == null) {
            follower.awaitFirstLook();
            return readFetched(source, follower, running);
        }
        return found;
    }

    /** The newest commit if it is good; else what runs; else, after a start, the last that was good. */
    private NetworkReading readFetched(NetworkSource source, GitFollower follower, @Nullable LoadedNetwork running) {
        List<Problem> problems = new ArrayList<>();
        String fetchError = follower.status().error();
        if (fetchError != null) {
            problems.add(problem(
                    "git_repo of %s, which can't be fetched: %s".formatted(source.name(), fetchError),
                    "a repository that answers"));
        }
        for (Checkout checkout : follower.checkouts()) {
            try {
                LoadedNetwork network = open(source, checkout.directory(), running);
                return new NetworkReading(network, true, checkout, follower, problems);
            } catch (ConfigException e) {
                e.problems().forEach(problem -> problems.add(at(checkout, problem)));
                if (running != null) {
                    return new NetworkReading(running, false, null, follower, problems);
                }
            }
        }
        if (problems.isEmpty()) {
            problems.add(problem("git_repo of %s, which was not fetched yet".formatted(source.name()), "its files"));
        }
        return new NetworkReading(running, false, null, follower, problems);
    }

    private static Problem at(Checkout checkout, Problem problem) {
        return new Problem(
                "commit %s: %s".formatted(checkout.shortId(), problem.file()),
                problem.line(),
                problem.column(),
                problem.key(),
                problem.found(),
                problem.expected());
    }

    private LoadedNetwork open(NetworkSource source, Path directory, @Nullable LoadedNetwork running)
            throws ConfigException {
        return running != null && running.source().nodeId().equals(source.nodeId())
                ? reader.reopen(source, directory, privateKeys, running)
                : reader.open(source, directory, privateKeys);
    }

    private byte[] jwtKey(@Nullable Secret secret, List<Problem> problems) throws ConfigException {
        if (secret == null) {
            return ownJwtKey;
        }
        byte[] key = secret.reveal().strip().getBytes(StandardCharsets.UTF_8);
        if (key.length < ApiSecrets.MIN_JWT_KEY_BYTES) {
            problems.add(problem(
                    "%s bytes in jwt_secret_file".formatted(key.length),
                    "at least %s".formatted(ApiSecrets.MIN_JWT_KEY_BYTES)));
            throw new ConfigException(problems);
        }
        return key;
    }

    private Problem problem(String found, String expected) {
        return new Problem(nodeConfFile.getFileName().toString(), 0, "", found, expected);
    }
}
