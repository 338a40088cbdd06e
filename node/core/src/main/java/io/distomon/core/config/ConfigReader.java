package io.distomon.core.config;

import io.distomon.core.Identifier;
import io.distomon.core.crypto.InvalidKeyException;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.PasswordHash;
import io.distomon.core.crypto.Pem;
import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.Verifier;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a config directory: {@code nodeconf.yml}, and for each network {@code networks/<name>/config.yml} with the public
 * keys in {@code pubkeys/<id>.pub}, or, when there is no directory {@code pubkeys}, flat beside it as a mounted Secret
 * has them. Every call reads the files anew and reports all mistakes of what it read at once. Immutable; safe for use by
 * many threads.
 */
public final class ConfigReader {
    /** The name of the node's own file unless the caller has another. */
    public static final String NODE_CONF = "nodeconf.yml";

    /** A network's own file in its directory. */
    public static final String NETWORK_CONF = "config.yml";

    /** The directory of public keys within a network's directory laid out as a tree. */
    public static final String PUBLIC_KEYS = "pubkeys";

    /** The most members a network may have: a message carries as many entries at most. */
    public static final int MAX_MEMBERS = 1024;

    static final int MIN_POLL_SECONDS = 1;
    static final int MAX_POLL_SECONDS = 3600;
    static final int MAX_RETRY = 100;

    private static final int MAX_NETWORKS = 100;
    private static final int MAX_GIT_POLL_SECONDS = 86_400;
    private static final int MAX_SECRET_CHARS = 4096;
    private static final int MAX_FILE_NAME_CHARS = 4096;
    private static final int MAX_VERSION_CONDITIONS = 20;
    private static final int MAX_SHOWN_MEMBERS = 20;
    private static final String FILE_RULE = "the path of a file";
    private static final List<String> GIT_ACCESS_KEYS = List.of(
            "git_username",
            "git_username_file",
            "git_token_file",
            "git_ca_file",
            "git_ssh_key_file",
            "git_ssh_known_hosts_file");
    private static final List<String> GIT_KEYS = Stream.concat(
                    Stream.of("git_repo", "git_branch", "git_poll_seconds"), GIT_ACCESS_KEYS.stream())
            .toList();

    private final Path directory;
    private final Path nodeConfFile;
    private final @Nullable String version;

    /**
     * A reader of one directory that does not judge which versions a network is meant for.
     *
     * @param directory the config directory
     * @param nodeConfName the node's own file, relative to the directory; {@link #NODE_CONF} by default
     */
    public ConfigReader(Path directory, String nodeConfName) {
        this(directory, nodeConfName, null);
    }

    /**
     * A reader of one directory.
     *
     * @param version of this software: a network that is meant for others gives a warning; null: that is not judged
     */
    public ConfigReader(Path directory, String nodeConfName, @Nullable String version) {
        this.directory = directory;
        this.nodeConfFile = directory.resolve(nodeConfName);
        this.version = version;
    }

    /** Where the files of a local network are. */
    public Path networkDirectory(NetworkSource source) {
        return directory.resolve("networks").resolve(source.name());
    }

    /**
     * Reads {@code nodeconf.yml} and the secrets it refers to.
     *
     * @throws ConfigException with every mistake in them
     */
    public NodeConf nodeConf() throws ConfigException {
        Findings findings = new Findings();
        NodeConf conf = nodeConf(findings);
        findings.throwIfErrors();
        return conf;
    }

    /**
     * Likewise; but with the mistakes in {@code nodeconf.yml} come those in the files of the local networks that are
     * listed there without one, so that nobody mends the former to be told of the latter.
     *
     * @param privateKeys where the private keys are
     * @throws ConfigException with every mistake in them
     */
    public NodeConf nodeConf(PrivateKeys privateKeys) throws ConfigException {
        Findings findings = new Findings();
        NodeConf conf = nodeConf(findings);
        if (findings.hasErrors()) {
            for (NetworkSource source : conf.networks()) {
                if (source.type() == ConfigType.LOCAL) {
                    try {
                        judge(source, privateKeys);
                    } catch (ConfigException e) {
                        findings.addAll(e.problems());
                    }
                }
            }
            findings.throwIfErrors();
        }
        return conf;
    }

    /** What of the file is without mistake. */
    private NodeConf nodeConf(Findings findings) {
        // The caller chose this file, so a link may lead anywhere.
        ConfigFiles files = new ConfigFiles(nodeConfFile.toAbsolutePath().getRoot(), directory, findings);
        String text = files.text(nodeConfFile);
        YamlMap yaml = text == null ? null : YamlMap.read(files.shown(nodeConfFile), text, true, findings);
        if (yaml == null) {
            return new NodeConf(List.of(), null, null, findings.warnings());
        }
        List<NetworkSource> networks = networkSources(yaml, files, findings);
        Secret password = secret(yaml, "login_password", "login_password_file", files);
        Secret jwtSecret = secret(yaml, null, "jwt_secret_file", files);
        if (password == null && !yaml.has("login_password") && !yaml.has("login_password_file")) {
            findings.warn(yaml.file(), 0, "neither login_password nor login_password_file is set: nobody can log in");
        }
        if (password != null
                && PasswordHash.isLikeAHash(password.reveal())
                && PasswordHash.parse(password.reveal()).isEmpty()) {
            String key = yaml.has("login_password") ? "login_password" : "login_password_file";
            yaml.error(key, "a hash that doesn't fit", PasswordHash.RULE + ", or a password");
        }
        yaml.warnUnknown();
        return new NodeConf(networks, password, jwtSecret, findings.warnings());
    }

    /**
     * Reads the files of a network without its private key.
     *
     * @param source which network, and who we are in it
     * @param networkDirectory where they are: {@link #networkDirectory} of a local network, or a git checkout
     * @throws ConfigException with every mistake in them
     */
    public NetworkConfig network(NetworkSource source, Path networkDirectory) throws ConfigException {
        Findings findings = new Findings();
        NetworkConfig config = network(source, networkDirectory, findings);
        findings.throwIfErrors();
        return config;
    }

    /**
     * Reads the files of a network and the private key that signs for us in it; on the first start, as long as no key of
     * ours is published, the key is made, and in a local tree its public half is written to {@code pubkeys/<id>.pub}.
     *
     * @param source which network, and who we are in it
     * @param networkDirectory where the files are
     * @param privateKeys where the private key is
     * @throws ConfigException with every mistake in them
     */
    public LoadedNetwork open(NetworkSource source, Path networkDirectory, PrivateKeys privateKeys)
            throws ConfigException {
        // First without the key: a directory that is wrong, perhaps somebody else's, must not get a key.
        NetworkConfig before = network(source, networkDirectory, privateKeys);
        if (privateKeys.exist(source)) {
            return withKey(source, networkDirectory, before, privateKeys);
        }
        Findings findings = new Findings();
        refuseLostKey(source, networkDirectory, before, privateKeys, findings);
        Signer made = privateKeys.make(source, findings);
        findings.throwIfErrors();
        if (made == null) {
            throw new AssertionError("a key that can't be made was noted as a mistake");
        }
        return withKeys(source, networkDirectory, before, List.of(made), privateKeys, findings);
    }

    /**
     * Reads a network that runs once more. Its private key is read too, so that a new one is used without a restart; but
     * when the key file is gone, the key that runs stays: it must not be made anew as somebody else's.
     *
     * @param running the network as it runs
     * @throws ConfigException with every mistake in the files
     */
    public LoadedNetwork reopen(
            NetworkSource source, Path networkDirectory, PrivateKeys privateKeys, LoadedNetwork running)
            throws ConfigException {
        NetworkConfig config = network(source, networkDirectory, privateKeys);
        return privateKeys.exist(source)
                ? withKey(source, networkDirectory, config, privateKeys)
                : withKeys(source, networkDirectory, config, List.of(running.signer()), privateKeys, new Findings());
    }

    /**
     * Reads what {@link #open} would, and judges it likewise, but neither makes nor publishes a key. The mode of a key
     * file that others can read is narrowed, as at a start.
     *
     * @param source which network, and who we are in it
     * @param networkDirectory where the files are
     * @param privateKeys where the private key is
     * @throws ConfigException with every mistake in them
     */
    public InspectedNetwork inspect(NetworkSource source, Path networkDirectory, PrivateKeys privateKeys)
            throws ConfigException {
        NetworkConfig config = network(source, networkDirectory, privateKeys);
        Findings findings = new Findings();
        if (!privateKeys.exist(source)) {
            refuseLostKey(source, networkDirectory, config, privateKeys, findings);
            return new InspectedNetwork(config, null);
        }
        List<Signer> held = privateKeys.read(source, findings);
        findings.throwIfErrors();
        Signer signer = signing(source, networkDirectory, config, held, privateKeys, findings);
        return new InspectedNetwork(withWarnings(config, findings), signer);
    }

    /** Refuses a local network that would not start. Changes nothing: a warning would be lost among the mistakes. */
    private void judge(NetworkSource source, PrivateKeys privateKeys) throws ConfigException {
        Path networkDirectory = networkDirectory(source);
        NetworkConfig config = network(source, networkDirectory, privateKeys);
        Findings findings = new Findings();
        if (privateKeys.exist(source)) {
            List<Signer> held = privateKeys.look(source, findings);
            findings.throwIfErrors();
            signing(source, networkDirectory, config, held, privateKeys, findings);
        } else {
            refuseLostKey(source, networkDirectory, config, privateKeys, findings);
        }
    }

    /** Reads the files of a network; with mistakes in them come those in the file of our private key. */
    private NetworkConfig network(NetworkSource source, Path networkDirectory, PrivateKeys privateKeys)
            throws ConfigException {
        Findings findings = new Findings();
        try {
            return network(source, networkDirectory);
        } catch (ConfigException e) {
            findings.addAll(e.problems());
        }
        if (privateKeys.exist(source)) {
            privateKeys.look(source, findings);
        }
        throw findings.asException();
    }

    private LoadedNetwork withKey(
            NetworkSource source, Path networkDirectory, NetworkConfig config, PrivateKeys privateKeys)
            throws ConfigException {
        Findings findings = new Findings();
        List<Signer> held = privateKeys.read(source, findings);
        findings.throwIfErrors();
        return withKeys(source, networkDirectory, config, held, privateKeys, findings);
    }

    private LoadedNetwork withKeys(
            NetworkSource source,
            Path networkDirectory,
            NetworkConfig config,
            List<Signer> held,
            PrivateKeys privateKeys,
            Findings findings)
            throws ConfigException {
        Signer signer = signing(source, networkDirectory, config, held, privateKeys, findings);
        NetworkConfig used = config;
        if (source.type() == ConfigType.LOCAL
                && config.keys().of(source.nodeId()).isEmpty()
                && isTree(config, networkDirectory)) {
            privateKeys.publish(signer, networkDirectory, findings);
            used = network(source, networkDirectory);
        }
        return new LoadedNetwork(source, withWarnings(used, findings), signer);
    }

    private static NetworkConfig withWarnings(NetworkConfig config, Findings findings) {
        List<String> warnings = new ArrayList<>(findings.warnings());
        warnings.addAll(config.warnings());
        return config.withWarnings(warnings);
    }

    /**
     * A mistake when a key of ours is published, whose private half is gone: the others would trust no new one, and what
     * looks like a first start is a lost file, or a directory that was not mounted.
     */
    private void refuseLostKey(
            NetworkSource source,
            Path networkDirectory,
            NetworkConfig config,
            PrivateKeys privateKeys,
            Findings findings)
            throws ConfigException {
        List<Verifier> published = config.keys().of(source.nodeId());
        if (!published.isEmpty()) {
            findings.error(
                    privateKeys.shown(source),
                    0,
                    "",
                    "no file, though %s publishes a key of ours".formatted(shownKeyFile(source, networkDirectory)),
                    "the private key of one of %s; if it is lost, take that public key away, and the next start makes a new pair"
                            .formatted(fingerprints(published)));
            findings.throwIfErrors();
        }
    }

    /** The key that signs; a mistake when others are published for us, but none of ours. */
    private Signer signing(
            NetworkSource source,
            Path networkDirectory,
            NetworkConfig config,
            List<Signer> held,
            PrivateKeys privateKeys,
            Findings findings)
            throws ConfigException {
        List<Verifier> published = config.keys().of(source.nodeId());
        Signer signer = newest(held, published);
        if (signer == null) {
            findings.error(
                    privateKeys.shown(source),
                    0,
                    "",
                    "%s, which %s does not publish".formatted(shown(held), shownKeyFile(source, networkDirectory)),
                    "the private key of one of " + fingerprints(published));
            findings.throwIfErrors();
            throw new AssertionError("a key that is not published was noted as a mistake");
        }
        return signer;
    }

    /**
     * Which of our keys signs: of those that are published, the one that stands last in the public key file; the last of
     * our own file when none of ours is published at all. Null when others are published, but none of ours.
     */
    private static @Nullable Signer newest(List<Signer> held, List<Verifier> published) {
        if (published.isEmpty()) {
            return held.getLast();
        }
        for (Verifier key : published.reversed()) {
            for (Signer signer : held) {
                if (signer.verifier().equals(key)) {
                    return signer;
                }
            }
        }
        return null;
    }

    private static String shown(List<Signer> held) {
        String halves = fingerprints(held.stream().map(Signer::verifier).toList());
        return held.size() == 1
                ? "a private key (its public half is %s)".formatted(halves)
                : "private keys (their public halves are %s)".formatted(halves);
    }

    private static String fingerprints(List<Verifier> keys) {
        return keys.stream().map(Verifier::fingerprint).collect(Collectors.joining(", "));
    }

    /** Whether public keys are, or may be, in a directory of their own; making one would hide keys that lie flat. */
    private static boolean isTree(NetworkConfig config, Path networkDirectory) {
        return Files.isDirectory(networkDirectory.resolve(PUBLIC_KEYS))
                || config.keys().keys().values().stream().allMatch(List::isEmpty);
    }

    private List<NetworkSource> networkSources(YamlMap yaml, ConfigFiles files, Findings findings) {
        List<NetworkSource> sources = new ArrayList<>();
        List<YamlMap> items = yaml.maps("networks", MAX_NETWORKS);
        if (items.isEmpty() && !findings.hasErrors()) {
            yaml.error("networks", "nothing", "a list of at least one network");
        }
        Set<String> names = new HashSet<>();
        Map<String, NetworkSource> byKeyFile = new HashMap<>();
        for (YamlMap item : items) {
            NetworkSource source = networkSource(item, files);
            if (source == null) {
                continue;
            }
            if (!names.add(source.name())) {
                item.error("name", "the network " + source.name() + " a second time", "every network once");
                continue;
            }
            NetworkSource other = byKeyFile.putIfAbsent(source.privateKeyFileName(), source);
            if (other != null) {
                item.error(
                        "node_id",
                        "the same private key file %s as of %s in %s"
                                .formatted(source.privateKeyFileName(), other.nodeId(), other.name()),
                        "a key file for each identity (rename the node or the network)");
                continue;
            }
            sources.add(source);
        }
        YamlMap.warnUnknown(items);
        return sources;
    }

    private @Nullable NetworkSource networkSource(YamlMap item, ConfigFiles files) {
        String name = item.required("name", Identifier.RULE, Identifier::isValid);
        String nodeId = item.required("node_id", Identifier.RULE, Identifier::isValid);
        String typeName =
                item.required("config_type", "local, github or git", Set.of("local", "github", "git")::contains);
        boolean isGit = typeName != null && !typeName.equals("local");
        GitSource git = isGit ? git(item, files) : noGit(item);
        if (name == null || nodeId == null || typeName == null || (isGit && git == null)) {
            return null;
        }
        return new NetworkSource(name, nodeId, git);
    }

    /** Warns of what a local network does not need. */
    private static @Nullable GitSource noGit(YamlMap item) {
        for (String key : GIT_KEYS) {
            if (item.has(key)) {
                item.warn(key, "not used, since config_type is not git");
            }
        }
        return null;
    }

    private @Nullable GitSource git(YamlMap item, ConfigFiles files) {
        String branch = item.optional("git_branch", "the name of a branch", ConfigReader::isBranch);
        Duration poll = item.seconds("git_poll_seconds", GitSource.DEFAULT_POLL, 1, MAX_GIT_POLL_SECONDS);
        // Taken as a secret, since a URL may hold a password.
        Secret url = item.secret("git_repo", GitSource.RULE, GitSource::isValid);
        if (!item.has("git_repo")) {
            item.error("git_repo", "nothing", "a git URL");
        }
        Secret username = secret(item, "git_username", "git_username_file", files);
        Secret token = secret(item, null, "git_token_file", files);
        List<X509Certificate> authorities = authorities(item, files);
        Path sshKey = file(item, "git_ssh_key_file", files, true);
        Path knownHosts = file(item, "git_ssh_known_hosts_file", files, false);
        if (url == null) {
            return null;
        }
        String repo = url.reveal();
        switch (GitSource.transport(repo)) {
            case HTTP -> {
                refuse(item, List.of("git_ssh_key_file", "git_ssh_known_hosts_file"), "an ssh URL");
                if (!GitSource.isHttps(repo)) {
                    refuse(item, List.of("git_ca_file"), "an https URL");
                }
                if (token != null && GitSource.isOpenToReaders(repo)) {
                    item.error("git_token_file", "a token for an http URL, which others can read", "an https URL");
                }
            }
            case SSH -> {
                refuse(
                        item,
                        List.of("git_username", "git_username_file", "git_token_file", "git_ca_file"),
                        "an https URL");
                for (String key : List.of("git_ssh_key_file", "git_ssh_known_hosts_file")) {
                    if (!item.has(key)) {
                        item.error(key, "nothing", "the path of a file, since git_repo is reached by ssh");
                    }
                }
            }
            case FILE -> refuse(item, GIT_ACCESS_KEYS, "an https or ssh URL");
        }
        return new GitSource(repo, branch, poll, username, token, authorities, sshKey, knownHosts);
    }

    private static void refuse(YamlMap item, List<String> keys, String needed) {
        for (String key : keys) {
            if (item.has(key)) {
                item.error(key, "a value for a git_repo that does not use it", needed + " in git_repo, or no " + key);
            }
        }
    }

    /** Whose certificates are accepted; empty when none are named, or, with the mistake noted, can't be had. */
    private List<X509Certificate> authorities(YamlMap item, ConfigFiles files) {
        String name = item.optional("git_ca_file", FILE_RULE, ConfigReader::isFileName);
        return name == null ? List.of() : files.certificates(directory.resolve(name));
    }

    /** The path of a file that somebody else will read. */
    private @Nullable Path file(YamlMap item, String key, ConfigFiles files, boolean isPrivate) {
        String name = item.optional(key, FILE_RULE, ConfigReader::isFileName);
        if (name == null) {
            return null;
        }
        Path path = directory.resolve(name);
        if (files.text(path) == null || (isPrivate && !files.isPrivate(path))) {
            return null;
        }
        return path;
    }

    /** What git allows in a branch's name, and a bit less. */
    private static boolean isBranch(String text) {
        return text.matches("[A-Za-z0-9_][A-Za-z0-9_./+-]{0,200}")
                && !text.contains("..")
                && !text.contains("//")
                && !text.endsWith("/")
                && !text.endsWith(".")
                && !text.endsWith(".lock");
    }

    private static boolean isFileName(String text) {
        try {
            return !text.isBlank() && Path.of(text).toString().length() <= MAX_FILE_NAME_CHARS;
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private @Nullable Secret secret(YamlMap yaml, @Nullable String key, String fileKey, ConfigFiles files) {
        String rule = "a text of 1 to %s characters".formatted(MAX_SECRET_CHARS);
        Secret direct = key == null
                ? null
                : yaml.secret(key, rule, text -> !text.isEmpty() && text.length() <= MAX_SECRET_CHARS);
        String file = yaml.optional(fileKey, FILE_RULE, ConfigReader::isFileName);
        if (file == null) {
            return direct;
        }
        if (key != null && yaml.has(key)) {
            yaml.error(fileKey, "both " + key + " and " + fileKey, "one of them");
            return direct;
        }
        Path path = directory.resolve(file);
        String text = files.text(path);
        if (text == null) {
            return null;
        }
        String value = text.replaceAll("[\\r\\n]+$", "");
        if (value.isEmpty() || value.length() > MAX_SECRET_CHARS) {
            yaml.error(fileKey, "%s characters in %s".formatted(value.length(), files.shown(path)), rule);
            return null;
        }
        return new Secret(value);
    }

    /** A local network must stay in the config directory as a whole; a checkout stands by itself. */
    private ConfigFiles files(NetworkSource source, Path networkDirectory, Findings findings) {
        return source.type() == ConfigType.LOCAL
                ? new ConfigFiles(directory, directory, findings)
                : ConfigFiles.ofCheckout(source.name(), networkDirectory, findings);
    }

    /** How the file with our own public keys is called in messages. */
    private String shownKeyFile(NetworkSource source, Path networkDirectory) {
        return files(source, networkDirectory, new Findings())
                .shown(keyFile(keyDirectory(networkDirectory), source.nodeId()));
    }

    private NetworkConfig network(NetworkSource source, Path networkDirectory, Findings findings)
            throws ConfigException {
        ConfigFiles files = files(source, networkDirectory, findings);
        Path file = networkDirectory.resolve(NETWORK_CONF);
        String text = files.text(file);
        YamlMap yaml = text == null ? null : YamlMap.read(files.shown(file), text, false, findings);
        if (yaml == null) {
            findings.throwIfErrors();
            throw new AssertionError("a file that can't be read was noted as a mistake");
        }
        String networkId = yaml.required("network_id", Identifier.RULE, Identifier::isValid);
        List<Member> members = members(yaml, findings);
        if (!findings.hasErrors() && members.stream().noneMatch(m -> m.nodeId().equals(source.nodeId()))) {
            yaml.error(
                    "node_config",
                    "no node " + source.nodeId(),
                    "our own node_id from " + directory.relativize(nodeConfFile) + " among the members");
        }
        KeyMapping keys = new KeyMapping(keys(members, networkDirectory, files, findings));
        Topology topology = topology(yaml);
        warnOfOtherVersions(yaml);
        yaml.warnUnknown();
        findings.throwIfErrors();
        if (networkId == null) {
            throw new AssertionError("a missing network_id was noted as a mistake");
        }
        return NetworkConfig.of(networkId, source.nodeId(), members, keys, topology, findings.warnings());
    }

    static Topology topology(YamlMap yaml) {
        String mode = yaml.optional(
                "topology",
                "auto, full or sparse",
                word -> Topology.Mode.of(word).isPresent());
        int degree = yaml.whole("degree", Topology.DEFAULT.degree(), Topology.MIN_DEGREE, Topology.MAX_DEGREE);
        return new Topology(
                mode == null ? Topology.DEFAULT.mode() : Topology.Mode.of(mode).orElse(Topology.DEFAULT.mode()),
                degree);
    }

    private void warnOfOtherVersions(YamlMap yaml) {
        List<String> texts = yaml.texts("node_version", MAX_VERSION_CONDITIONS);
        if (texts.isEmpty() || version == null) {
            return;
        }
        String shown = Findings.quoted(String.join(", ", texts));
        VersionRange.parse(texts)
                .ifPresentOrElse(
                        range -> {
                            if (!range.contains(version)) {
                                yaml.warn(
                                        "node_version",
                                        "the network is meant for %s, this node is %s".formatted(shown, version));
                            }
                        },
                        () -> yaml.warn(
                                "node_version",
                                "%s is not understood, expected conditions such as \">=0.1.0\" and \"<2\""
                                        .formatted(shown)));
    }

    static List<Member> members(YamlMap yaml, Findings findings) {
        Duration pollRate = Member.DEFAULT_POLL_RATE;
        int retry = Member.DEFAULT_RETRY;
        Duration retryInterval = null;
        YamlMap defaults = yaml.map("defaults");
        if (defaults != null) {
            YamlMap nodes = defaults.map("nodes");
            if (nodes != null) {
                pollRate = pollRate(nodes, pollRate);
                retry = retry(nodes, retry);
                retryInterval = retryInterval(nodes, null);
                nodes.warnUnknown();
            }
            defaults.warnUnknown();
        }
        List<YamlMap> items = yaml.maps("node_config", MAX_MEMBERS);
        if (items.isEmpty() && !findings.hasErrors()) {
            yaml.error("node_config", "nothing", "a list of at least one member");
        }
        Map<String, Member> members = new LinkedHashMap<>();
        for (YamlMap item : items) {
            String id = item.required("node_id", Identifier.RULE, Identifier::isValid);
            URI url = url(item, id);
            Duration itemPollRate = pollRate(item, pollRate);
            int itemRetry = retry(item, retry);
            Duration itemRetryInterval = retryInterval(item, retryInterval);
            if (id == null) {
                continue;
            }
            Member member = new Member(id, url, itemPollRate, itemRetry, itemRetryInterval);
            if (members.putIfAbsent(id, member) != null) {
                item.error("node_id", "the node " + id + " a second time", "every node once");
            }
        }
        YamlMap.warnUnknown(items);
        return List.copyOf(members.values());
    }

    private static Duration pollRate(YamlMap yaml, Duration fallback) {
        return yaml.seconds("poll_rate", fallback, MIN_POLL_SECONDS, MAX_POLL_SECONDS);
    }

    private static int retry(YamlMap yaml, int fallback) {
        return yaml.whole("retry", fallback, 0, MAX_RETRY);
    }

    /** One longer than the poll rate is no mistake: a default stands for members of every rate. */
    private static @Nullable Duration retryInterval(YamlMap yaml, @Nullable Duration fallback) {
        // Of a mistake, which is noted, nothing comes.
        return yaml.has("retry_interval")
                ? yaml.seconds("retry_interval", Duration.ofSeconds(1), MIN_POLL_SECONDS, MAX_POLL_SECONDS)
                : fallback;
    }

    private static @Nullable URI url(YamlMap item, @Nullable String id) {
        String name = id == null ? "the member" : id;
        if (!item.has("url")) {
            item.warn("url", name + " has no url: it is not polled, but may report");
            return null;
        }
        // Taken as a secret, since a URL may hold a password.
        Secret text = item.secret("url", PeerUrl.RULE, any -> true);
        return switch (text == null ? null : PeerUrl.read(text.reveal())) {
            case null -> null;
            case PeerUrl.Usable(URI url) -> url;
            case PeerUrl.OtherScheme(String scheme) -> {
                String what = scheme == null ? "without a scheme" : "with the scheme " + Findings.quoted(scheme);
                item.warn("url", "%s has a url %s: it is not polled, but may report".formatted(name, what));
                yield null;
            }
            case PeerUrl.Unusable(String found) -> {
                item.error("url", found, PeerUrl.RULE);
                yield null;
            }
        };
    }

    /** Where the public keys are: in a directory of their own if there is one, else flat. */
    private static Path keyDirectory(Path networkDirectory) {
        Path tree = networkDirectory.resolve(PUBLIC_KEYS);
        return Files.isDirectory(tree) ? tree : networkDirectory;
    }

    private static Path keyFile(Path keyDirectory, String nodeId) {
        return keyDirectory.resolve(nodeId + ".pub");
    }

    private static Map<String, List<Verifier>> keys(
            List<Member> members, Path networkDirectory, ConfigFiles files, Findings findings) {
        Path keyDirectory = keyDirectory(networkDirectory);
        Map<String, List<Verifier>> keys = new LinkedHashMap<>();
        Map<Verifier, List<String>> owners = new LinkedHashMap<>();
        if (!files.isInside(keyDirectory)) {
            return keys;
        }
        for (Member member : members) {
            Path file = keyFile(keyDirectory, member.nodeId());
            keys.put(member.nodeId(), List.of());
            if (!ConfigFiles.exists(file)) {
                findings.warn(
                        files.shown(file), 0, "no public key of " + member.nodeId() + ": what it signs is not trusted");
                continue;
            }
            String pem = files.text(file);
            if (pem == null) {
                continue;
            }
            try {
                keys.put(member.nodeId(), Pem.publicKeys(pem));
            } catch (InvalidKeyException e) {
                findings.error(
                        files.shown(file),
                        0,
                        "",
                        "no usable key (" + e.getMessage() + ")",
                        "1 to " + Pem.MAX_KEYS + " Ed25519 public keys, SPKI as PEM or ssh-ed25519 lines");
            }
            for (Verifier key : keys.getOrDefault(member.nodeId(), List.of())) {
                owners.computeIfAbsent(key, of -> new ArrayList<>()).add(member.nodeId());
            }
        }
        owners.forEach((key, ids) -> {
            if (ids.size() > 1) {
                findings.warn(
                        files.shown(keyFile(keyDirectory, ids.getFirst())),
                        0,
                        "%s have one public key (%s): who has its private half can sign as each of them"
                                .formatted(named(ids), key.fingerprint()));
            }
        });
        return keys;
    }

    /** Some hundred machines may be one owner's. */
    private static String named(List<String> ids) {
        List<String> shown = ids.subList(0, Math.min(ids.size(), MAX_SHOWN_MEMBERS));
        return ids.size() > shown.size()
                ? "%s and %s more".formatted(String.join(", ", shown), ids.size() - shown.size())
                : "%s and %s".formatted(String.join(", ", shown.subList(0, shown.size() - 1)), shown.getLast());
    }
}
