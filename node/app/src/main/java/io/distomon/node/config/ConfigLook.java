package io.distomon.node.config;

import io.distomon.core.config.ConfigException;
import io.distomon.core.config.ConfigReader;
import io.distomon.core.config.Finding;
import io.distomon.core.config.Fingerprint;
import io.distomon.core.config.GitSource;
import io.distomon.core.config.LoadedNetwork;
import io.distomon.core.config.NetworkSource;
import io.distomon.core.config.NodeConf;
import io.distomon.core.config.PrivateKeys;
import io.distomon.core.config.Secret;
import io.distomon.node.Version;
import io.distomon.node.git.GitFollower;
import io.distomon.node.git.GitNetworks;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks at everything that a node's config is made of, again and again, and reads what changed since the last look. Used by
 * one thread at a time.
 */
final class ConfigLook implements AutoCloseable {
    private static final int MAX_FIRST_READINGS = 5;

    private final ConfigReader reader;
    private final PrivateKeys privateKeys;
    private final Path nodeConfFile;
    private final Duration settle;
    private final boolean waitForGit;
    private final Settling settling;
    private final GitNetworks repositories;
    private final byte[] ownJwtKey = new byte[ApiSecrets.MIN_JWT_KEY_BYTES];
    private final RememberedHash passwordHash;
    private final Map<String, NetworkLook> networks = new HashMap<>();

    private Set<Path> looked;
    private @Nullable NodeConf nodeConf;
    private @Nullable ConfigException refusal;
    private long readAt;

    /**
     * Has read nothing yet.
     *
     * @param onFetch told after each look at any repository, on some thread
     */
    ConfigLook(ConfigProperties properties, Runnable onFetch) {
        Path directory = properties.configPath();
        SecureRandom random = new SecureRandom();
        random.nextBytes(ownJwtKey);
        this.passwordHash = new RememberedHash(random);
        this.reader = new ConfigReader(directory, properties.fileName(), Version.current());
        this.privateKeys = new PrivateKeys(directory, random);
        this.nodeConfFile = directory.resolve(properties.fileName());
        this.settle = properties.settle();
        this.settling = new Settling(settle);
        this.waitForGit = properties.waitForGit();
        this.repositories = new GitNetworks(properties.gitPath(), properties.gitTimeout(), onFetch);
        this.looked = Set.of(nodeConfFile);
    }

    /**
     * The first look: makes private keys that are missing, and, as long as nothing is good, waits for what is fetched.
     *
     * @throws ConfigException with every mistake in the files, when nothing of them is good, nor is to be waited for
     * @throws InterruptedException when told not to wait for a repository any longer
     */
    Reading first() throws ConfigException, InterruptedException {
        NodeConf conf = nodeConf();
        Map<String, NetworkReading> readings = networks(conf, Map.of());
        for (NetworkReading network : readings.values()) {
            if (loaded(readings.values()).isEmpty() && network.follower() != null) {
                network.follower().awaitFirstLook();
                readings = networks(conf, Map.of());
            }
        }
        Reading found = reading(conf, readings);
        boolean mayCome = waitForGit && readings.values().stream().anyMatch(network -> network.follower() != null);
        if (found.config().networks().isEmpty() && !mayCome) {
            throw new ConfigException(found.findings());
        }
        return found;
    }

    /**
     * What there is now, with all mistakes.
     *
     * @param running what runs, by the networks' names
     * @throws ConfigException when there are mistakes in the node's own file
     */
    Reading look(Map<String, LoadedNetwork> running) throws ConfigException, InterruptedException {
        NodeConf conf = nodeConf();
        return reading(conf, networks(conf, running));
    }

    private Reading reading(NodeConf conf, Map<String, NetworkReading> readings) throws ConfigException {
        List<Finding> findings = new ArrayList<>();
        readings.values().forEach(each -> findings.addAll(each.findings()));
        byte[] jwtKey = jwtKey(conf.jwtSecret(), findings);
        Secret password = conf.loginPassword();
        ApiSecrets secrets = new ApiSecrets(password == null ? null : passwordHash.of(password), jwtKey);
        return new Reading(
                new NodeConfig(loaded(readings.values()), secrets, conf.alerts(), conf.warnings()), readings);
    }

    private Map<String, NetworkReading> networks(NodeConf conf, Map<String, LoadedNetwork> running)
            throws InterruptedException {
        Map<String, GitFollower> followers = follow(conf.networks());
        Map<String, String> namesById = new HashMap<>();
        Map<String, NetworkReading> readings = new LinkedHashMap<>();
        for (NetworkSource source : conf.networks()) {
            LoadedNetwork before = running.get(source.name());
            NetworkReading reading =
                    lookAt(source, followers.get(source.name())).look(before);
            LoadedNetwork network = reading.network();
            String other =
                    network == null ? null : namesById.get(network.config().networkId());
            if (network != null && other != null) {
                String id = network.config().networkId();
                network =
                        before != null && !namesById.containsKey(before.config().networkId()) ? before : null;
                reading = reading.refused(
                        network,
                        finding(
                                "%s's network_id %s, which is also %s's".formatted(source.name(), id, other),
                                "every network once"));
            }
            if (network != null) {
                namesById.put(network.config().networkId(), source.name());
            }
            readings.put(source.name(), reading);
        }
        networks.keySet().retainAll(readings.keySet());
        return readings;
    }

    /** How often anything of a network was read: for tests. */
    int readings() {
        return networks.values().stream().mapToInt(NetworkLook::readings).sum();
    }

    @Override
    public void close() {
        repositories.close();
    }

    /** The node's own file with the secrets it refers to, read when one of them changed. */
    private NodeConf nodeConf() throws ConfigException, InterruptedException {
        if (nodeConf == null && refusal == null) {
            Fingerprint now = settling.first(this::fingerprint);
            // Which files there are besides is only known when it was read.
            for (int left = MAX_FIRST_READINGS; !read(now, left == 0); left--) {
                now = settling.first(this::fingerprint);
            }
        } else {
            Fingerprint now = fingerprint();
            boolean again = refusal != null && System.nanoTime() - readAt > NetworkLook.RETRY.toNanos();
            if (again || settling.isDue(now, System.nanoTime())) {
                read(now, false);
            }
        }
        if (refusal != null) {
            throw refusal;
        }
        if (nodeConf == null) {
            throw new AssertionError("what is no refusal is a config");
        }
        return nodeConf;
    }

    /**
     * Reads files that looked so; false when others are named in them, or they changed meanwhile, and it is to be repeated.
     *
     * @param anyway to take what was read even then
     */
    private boolean read(Fingerprint settled, boolean anyway) {
        Set<Path> named = new LinkedHashSet<>(List.of(nodeConfFile));
        @Nullable NodeConf conf = null;
        @Nullable ConfigException mistakes = null;
        try {
            conf = reader.nodeConf(privateKeys, named);
        } catch (ConfigException e) {
            mistakes = e;
        }
        boolean same = named.equals(looked);
        looked = named;
        readAt = System.nanoTime();
        if (!anyway && (!same || !fingerprint().equals(settled))) {
            return false;
        }
        nodeConf = conf == null ? nodeConf : conf;
        refusal = mistakes;
        settling.read(settled);
        return true;
    }

    private Fingerprint fingerprint() {
        return Fingerprint.of(looked);
    }

    private NetworkLook lookAt(NetworkSource source, @Nullable GitFollower follower) {
        NetworkLook known = networks.get(source.name());
        if (known != null && known.isOf(source, follower)) {
            return known;
        }
        NetworkLook made = new NetworkLook(source, follower, reader, privateKeys, settle, this::finding);
        networks.put(source.name(), made);
        return made;
    }

    private Map<String, GitFollower> follow(List<NetworkSource> sources) {
        repositories.retain(sources.stream()
                .filter(source -> source.git() != null)
                .map(NetworkSource::name)
                .toList());
        Map<String, GitFollower> followers = new HashMap<>();
        for (NetworkSource source : sources) {
            GitSource git = source.git();
            if (git != null) {
                followers.put(source.name(), repositories.follow(source.name(), git));
            }
        }
        return followers;
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

    private byte[] jwtKey(@Nullable Secret secret, List<Finding> findings) throws ConfigException {
        if (secret == null) {
            return ownJwtKey;
        }
        byte[] key = secret.reveal().strip().getBytes(StandardCharsets.UTF_8);
        if (key.length < ApiSecrets.MIN_JWT_KEY_BYTES) {
            findings.add(finding(
                    "%s bytes in jwt_secret_file".formatted(key.length),
                    "at least %s".formatted(ApiSecrets.MIN_JWT_KEY_BYTES)));
            throw new ConfigException(findings);
        }
        return key;
    }

    private Finding finding(String found, String expected) {
        return new Finding(nodeConfFile.getFileName().toString(), 0, "", found, expected);
    }
}
