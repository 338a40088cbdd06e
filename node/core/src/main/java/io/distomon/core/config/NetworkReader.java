package io.distomon.core.config;

import io.distomon.core.Identifier;
import io.distomon.core.crypto.InvalidKeyException;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Pem;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.text.ForeignText;
import io.distomon.core.threshold.Thresholds;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Topology;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes a network of its files. Immutable; safe for use by many threads. */
public final class NetworkReader {
    /** The most members a network may have: a message carries as many entries at most. */
    public static final int MAX_MEMBERS = 1024;

    private static final int MIN_POLL_SECONDS = 1;
    private static final int MAX_POLL_SECONDS = 3600;
    private static final int MAX_RETRY = 100;
    private static final int MAX_VERSION_CONDITIONS = 20;
    private static final int MAX_SHOWN_MEMBERS = 20;

    private final String nodeConfName;
    private final @Nullable String version;

    /**
     * A reader for the networks of a node.
     *
     * @param nodeConfName the node's own file, for messages
     * @param version of this software: a network that is meant for others gives a warning; null: that is not judged
     */
    NetworkReader(String nodeConfName, @Nullable String version) {
        this.nodeConfName = nodeConfName;
        this.version = version;
    }

    /** What the files of a network say. */
    public record Content(String networkId, List<Member> members, KeyMapping keys, Topology topology) {
        public Content {
            members = List.copyOf(members);
        }
    }

    /**
     * What the files say to one of the network's nodes.
     *
     * @param source which network, and who we are in it
     * @throws ConfigException with every mistake in them
     */
    NetworkConfig read(NetworkSource source, NetworkFiles files) throws ConfigException {
        Findings findings = new Findings();
        YamlMap yaml = yaml(files, findings);
        String networkId = yaml.required("network_id", Identifier.RULE, Identifier::isValid);
        List<Member> members = members(yaml, findings);
        if (!findings.hasErrors() && members.stream().noneMatch(m -> m.nodeId().equals(source.nodeId()))) {
            yaml.error(
                    "node_config",
                    "no node " + source.nodeId(),
                    "our own node_id from " + nodeConfName + " among the members");
        }
        KeyMapping keys = new KeyMapping(keys(members, files, findings));
        Topology topology = topology(yaml);
        Thresholds thresholds = ThresholdRules.read(yaml, members);
        warnOfOtherVersions(yaml);
        yaml.warnUnknown();
        findings.throwIfErrors();
        return NetworkConfig.of(
                Objects.requireNonNull(networkId, "a missing one was noted as a mistake"),
                source.nodeId(),
                members,
                keys,
                topology,
                thresholds,
                findings.warnings());
    }

    /**
     * What the files say to somebody who is none of the nodes.
     *
     * @throws ConfigException with every mistake in them
     */
    public static Content content(NetworkFiles files) throws ConfigException {
        Findings findings = new Findings();
        YamlMap yaml = yaml(files, findings);
        String networkId = yaml.required("network_id", Identifier.RULE, Identifier::isValid);
        List<Member> members = members(yaml, findings);
        KeyMapping keys = new KeyMapping(keys(members, files, findings));
        Topology topology = topology(yaml);
        ThresholdRules.read(yaml, members); // what the nodes would refuse is refused here too
        findings.throwIfErrors();
        return new Content(
                Objects.requireNonNull(networkId, "a missing one was noted as a mistake"), members, keys, topology);
    }

    private static YamlMap yaml(NetworkFiles files, Findings findings) throws ConfigException {
        String text = files.text(NetworkFiles.CONFIG, findings);
        YamlMap yaml = text == null ? null : YamlMap.read(files.shown(NetworkFiles.CONFIG), text, false, findings);
        if (yaml == null) {
            findings.throwIfErrors();
            throw new AssertionError("a file that can't be read was noted as a mistake");
        }
        return yaml;
    }

    private static Topology topology(YamlMap yaml) {
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
        String shown = ForeignText.quoted(String.join(", ", texts));
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

    private static List<Member> members(YamlMap yaml, Findings findings) {
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
                String what = scheme == null ? "without a scheme" : "with the scheme " + ForeignText.quoted(scheme);
                item.warn("url", "%s has a url %s: it is not polled, but may report".formatted(name, what));
                yield null;
            }
            case PeerUrl.Unusable(String found) -> {
                item.error("url", found, PeerUrl.RULE);
                yield null;
            }
        };
    }

    private static Map<String, List<Verifier>> keys(List<Member> members, NetworkFiles files, Findings findings) {
        Map<String, List<Verifier>> keys = new LinkedHashMap<>();
        Map<Verifier, List<String>> owners = new LinkedHashMap<>();
        if (files.file(NetworkFiles.PUBLIC_KEYS) != null) {
            // There, but no directory that may be read.
            files.text(NetworkFiles.PUBLIC_KEYS, findings);
            return keys;
        }
        for (Member member : members) {
            String name = files.keyName(member.nodeId());
            keys.put(member.nodeId(), List.of());
            if (files.file(name) == null) {
                findings.warn(
                        files.shown(name), 0, "no public key of " + member.nodeId() + ": what it signs is not trusted");
                continue;
            }
            String pem = files.text(name, findings);
            if (pem == null) {
                continue;
            }
            try {
                keys.put(member.nodeId(), Pem.publicKeys(pem));
            } catch (InvalidKeyException e) {
                findings.error(
                        files.shown(name),
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
                        files.shown(files.keyName(ids.getFirst())),
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
