package io.distomon.core.config;

import io.distomon.core.Identifier;
import io.distomon.core.crypto.InvalidKeyException;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Pem;
import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.Verifier;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
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
    private static final int MAX_URL_CHARS = 1024;

    private final Path directory;
    private final Path nodeConfFile;

    /**
     * A reader of one directory.
     *
     * @param directory the config directory
     * @param nodeConfName the node's own file, relative to the directory; {@link #NODE_CONF} by default
     */
    public ConfigReader(Path directory, String nodeConfName) {
        this.directory = directory;
        this.nodeConfFile = directory.resolve(nodeConfName);
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
        // The caller chose this file, so a link may lead anywhere.
        ConfigFiles files = new ConfigFiles(nodeConfFile.toAbsolutePath().getRoot(), directory, findings);
        String text = files.text(nodeConfFile);
        YamlMap yaml = text == null ? null : YamlMap.read(files.shown(nodeConfFile), text, true, findings);
        if (yaml == null) {
            findings.throwIfErrors();
            throw new AssertionError("a file that can't be read was noted as a mistake");
        }
        List<NetworkSource> networks = networkSources(yaml, findings);
        Secret password = secret(yaml, "login_password", "login_password_file", files);
        Secret jwtSecret = secret(yaml, null, "jwt_secret_file", files);
        if (password == null && !yaml.has("login_password") && !yaml.has("login_password_file")) {
            findings.warn(yaml.file(), 0, "neither login_password nor login_password_file is set: nobody can log in");
        }
        yaml.warnUnknown();
        findings.throwIfErrors();
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
     * Reads the files of a network and the private key that signs for us in it; on the first start the key is made, and
     * in a local tree its public half is written to {@code pubkeys/<id>.pub}.
     *
     * @param source which network, and who we are in it
     * @param networkDirectory where the files are
     * @param privateKeys where the private key is
     * @throws ConfigException with every mistake in them
     */
    public LoadedNetwork open(NetworkSource source, Path networkDirectory, PrivateKeys privateKeys)
            throws ConfigException {
        // First without the key: a directory that is wrong, perhaps somebody else's, must not get a key.
        NetworkConfig before = network(source, networkDirectory);
        Findings findings = new Findings();
        Signer signer = privateKeys.readOrMake(source, findings);
        findings.throwIfErrors();
        if (signer == null) {
            throw new AssertionError("a key that can't be read was noted as a mistake");
        }
        if (source.type() == ConfigType.LOCAL
                && before.keys().of(source.nodeId()).isEmpty()
                && isTree(before, networkDirectory)) {
            privateKeys.publish(signer, networkDirectory, findings);
        }
        NetworkConfig config = network(source, networkDirectory, findings);
        List<Verifier> published = config.keys().of(source.nodeId());
        if (!published.isEmpty() && !published.contains(signer.verifier())) {
            findings.error(
                    PrivateKeys.DIRECTORY + "/" + source.privateKeyFileName(),
                    0,
                    "",
                    "a private key (its public half is %s) that %s does not publish for %s"
                            .formatted(signer.verifier().fingerprint(), networkDirectory, source.nodeId()),
                    "the private key of one of "
                            + published.stream().map(Verifier::fingerprint).toList());
        }
        findings.throwIfErrors();
        return new LoadedNetwork(source, config, signer);
    }

    /** Whether public keys are, or may be, in a directory of their own; making one would hide keys that lie flat. */
    private static boolean isTree(NetworkConfig config, Path networkDirectory) {
        return Files.isDirectory(networkDirectory.resolve(PUBLIC_KEYS))
                || config.keys().keys().values().stream().allMatch(List::isEmpty);
    }

    private List<NetworkSource> networkSources(YamlMap yaml, Findings findings) {
        List<NetworkSource> sources = new ArrayList<>();
        List<YamlMap> items = yaml.maps("networks", MAX_NETWORKS);
        if (items.isEmpty() && !findings.hasErrors()) {
            yaml.error("networks", "nothing", "a list of at least one network");
        }
        Set<String> names = new HashSet<>();
        Map<String, NetworkSource> byKeyFile = new HashMap<>();
        for (YamlMap item : items) {
            NetworkSource source = networkSource(item);
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

    private static @Nullable NetworkSource networkSource(YamlMap item) {
        String name = item.required("name", Identifier.RULE, Identifier::isValid);
        String nodeId = item.required("node_id", Identifier.RULE, Identifier::isValid);
        String typeName =
                item.required("config_type", "local, github or git", Set.of("local", "github", "git")::contains);
        String branch = item.optional("git_branch", "the name of a branch", text -> !text.isBlank());
        BigDecimal poll = item.number(
                "git_poll_seconds",
                BigDecimal.valueOf(NetworkSource.DEFAULT_GIT_POLL.toSeconds()),
                1,
                MAX_GIT_POLL_SECONDS,
                false);
        String repo = gitRepo(item, typeName);
        if (name == null || nodeId == null || typeName == null) {
            return null;
        }
        ConfigType type = typeName.equals("local") ? ConfigType.LOCAL : ConfigType.GIT;
        return type == ConfigType.GIT && repo == null
                ? null
                : new NetworkSource(name, nodeId, type, repo, branch, seconds(poll));
    }

    private static @Nullable String gitRepo(YamlMap item, @Nullable String type) {
        if (type == null || type.equals("local")) {
            if (item.has("git_repo")) {
                item.warn("git_repo", "not used, since config_type is not git");
            }
            return null;
        }
        Secret repo = item.secret(
                "git_repo",
                "a git URL without a password in it",
                text -> text.length() <= MAX_URL_CHARS
                        && !text.isBlank()
                        && !text.matches("(?i)https?://[^/]*@.*|[a-z0-9+]+://[^/@]*:[^/@]*@.*"));
        if (repo == null && !item.has("git_repo")) {
            item.error("git_repo", "nothing", "a git URL");
        }
        return repo == null ? null : repo.reveal();
    }

    private @Nullable Secret secret(YamlMap yaml, @Nullable String key, String fileKey, ConfigFiles files) {
        String rule = "a text of 1 to %d characters".formatted(MAX_SECRET_CHARS);
        Secret direct = key == null
                ? null
                : yaml.secret(key, rule, text -> !text.isEmpty() && text.length() <= MAX_SECRET_CHARS);
        String file = yaml.optional(fileKey, "the path of a file", text -> !text.isBlank() && text.indexOf('\0') < 0);
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
            yaml.error(fileKey, "%d characters in %s".formatted(value.length(), files.shown(path)), rule);
            return null;
        }
        return new Secret(value);
    }

    private NetworkConfig network(NetworkSource source, Path networkDirectory, Findings findings)
            throws ConfigException {
        // A local network must stay in the config directory as a whole; a checkout stands by itself.
        Path root = source.type() == ConfigType.LOCAL && networkDirectory.startsWith(directory)
                ? directory
                : networkDirectory;
        ConfigFiles files = new ConfigFiles(root, root, findings);
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
        yaml.warnUnknown();
        findings.throwIfErrors();
        if (networkId == null) {
            throw new AssertionError("a missing network_id was noted as a mistake");
        }
        return NetworkConfig.of(networkId, source.nodeId(), members, keys, findings.warnings());
    }

    private static List<Member> members(YamlMap yaml, Findings findings) {
        BigDecimal pollRate = BigDecimal.valueOf(Member.DEFAULT_POLL_RATE.toSeconds());
        BigDecimal retry = BigDecimal.valueOf(Member.DEFAULT_RETRY);
        YamlMap defaults = yaml.map("defaults");
        if (defaults != null) {
            YamlMap nodes = defaults.map("nodes");
            if (nodes != null) {
                pollRate = pollRate(nodes, pollRate);
                retry = retry(nodes, retry);
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
            Duration itemPollRate = seconds(pollRate(item, pollRate));
            int itemRetry = retry(item, retry).intValueExact();
            if (id == null) {
                continue;
            }
            if (members.putIfAbsent(id, new Member(id, url, itemPollRate, itemRetry)) != null) {
                item.error("node_id", "the node " + id + " a second time", "every node once");
            }
        }
        YamlMap.warnUnknown(items);
        return List.copyOf(members.values());
    }

    private static BigDecimal pollRate(YamlMap yaml, BigDecimal fallback) {
        return yaml.number("poll_rate", fallback, MIN_POLL_SECONDS, MAX_POLL_SECONDS, false);
    }

    private static BigDecimal retry(YamlMap yaml, BigDecimal fallback) {
        return yaml.number("retry", fallback, 0, MAX_RETRY, true);
    }

    private static @Nullable URI url(YamlMap item, @Nullable String id) {
        String name = id == null ? "the member" : id;
        if (!item.has("url")) {
            item.warn("url", name + " has no url: it is not polled, but may report");
            return null;
        }
        // Taken as a secret, since a URL may hold a password.
        Secret text = item.secret(
                "url",
                "a URL such as https://node.example.com:8000, without user, query or fragment",
                candidate -> candidate.length() <= MAX_URL_CHARS && isUsable(candidate));
        if (text == null) {
            return null;
        }
        URI url = URI.create(text.reveal());
        if (!isHttp(url)) {
            item.warn(
                    "url",
                    "%s has a url with the scheme %s: it is not polled, but may report"
                            .formatted(name, Findings.quoted(String.valueOf(url.getScheme()))));
            return null;
        }
        return url;
    }

    private static boolean isUsable(String text) {
        try {
            URI url = new URI(text);
            return !isHttp(url)
                    || (url.getHost() != null
                            && url.getRawUserInfo() == null
                            && url.getRawQuery() == null
                            && url.getRawFragment() == null);
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean isHttp(URI url) {
        String scheme = url.getScheme();
        return scheme != null && Set.of("http", "https").contains(scheme.toLowerCase(Locale.ROOT));
    }

    private static Map<String, List<Verifier>> keys(
            List<Member> members, Path networkDirectory, ConfigFiles files, Findings findings) {
        Path tree = networkDirectory.resolve(PUBLIC_KEYS);
        Path keyDirectory = Files.isDirectory(tree) ? tree : networkDirectory;
        Map<String, List<Verifier>> keys = new LinkedHashMap<>();
        Map<Verifier, String> owners = new HashMap<>();
        for (Member member : members) {
            Path file = keyDirectory.resolve(member.nodeId() + ".pub");
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
                        "1 to " + Pem.MAX_PUBLIC_KEYS + " Ed25519 public keys in SPKI PEM form");
            }
            for (Verifier key : keys.getOrDefault(member.nodeId(), List.of())) {
                String owner = owners.putIfAbsent(key, member.nodeId());
                if (owner != null) {
                    findings.error(
                            files.shown(file),
                            0,
                            "",
                            "the public key of " + owner + " (" + key.fingerprint() + ")",
                            "a key of " + member.nodeId() + "'s own");
                }
            }
        }
        return keys;
    }

    private static Duration seconds(BigDecimal seconds) {
        return Duration.ofNanos(seconds.movePointRight(9).longValue());
    }
}
