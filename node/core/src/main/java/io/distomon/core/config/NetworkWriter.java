package io.distomon.core.config;

import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.threshold.LinkLimits;
import io.distomon.core.threshold.Thresholds;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Topology;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A network written as the flat files that {@link NetworkReader} reads: what the operator puts into the config Secret. The
 * same input gives the same text, byte for byte.
 */
public final class NetworkWriter {
    /** The file beside the shared ones with the certificates of whom the nodes trust, when there is anybody. */
    public static final String AUTHORITIES = "ca.crt";

    private static final String LOCAL = "  config_type: local\n";
    private static final String GIT = "  config_type: git";

    /** So many digits of a decimal number come through a division and a multiplication. */
    private static final MathContext DIGITS = new MathContext(15);

    private NetworkWriter() {}

    /** The files of a network with the default topology. */
    public static Map<String, String> shared(String networkId, List<Member> members, KeyMapping keys) {
        return shared(networkId, members, keys, Topology.DEFAULT);
    }

    /** The files of a network without thresholds. */
    public static Map<String, String> shared(
            String networkId, List<Member> members, KeyMapping keys, Topology topology) {
        return shared(networkId, members, keys, topology, Thresholds.NONE);
    }

    /**
     * The files that all nodes of a network share: {@code config.yml}, and {@code <id>.pub} for each member with a key.
     *
     * @param networkId the network
     * @param members all members, in the order in which they are to stand
     * @param keys their public keys
     * @param topology who polls whom; the default one is not written, so that nodes of any version take the files
     * @param thresholds how slow and lossy links may be; none are not written, likewise
     * @return file name to text
     */
    public static Map<String, String> shared(
            String networkId, List<Member> members, KeyMapping keys, Topology topology, Thresholds thresholds) {
        Map<String, String> files = new LinkedHashMap<>();
        files.put(NetworkFiles.CONFIG, networkConf(networkId, members, topology, thresholds));
        for (Member member : members) {
            List<Verifier> own = keys.of(member.nodeId());
            if (!own.isEmpty()) {
                files.put(
                        member.nodeId() + NetworkFiles.PUBLIC_KEY,
                        own.stream().map(Verifier::pem).collect(Collectors.joining()));
            }
        }
        return Collections.unmodifiableMap(files);
    }

    /** The name of a node's own file beside the shared ones: {@code nodeconf-<id>.yml}. */
    public static String nodeConfName(String nodeId) {
        return "nodeconf-" + nodeId + ".yml";
    }

    /**
     * A node's own file.
     *
     * @param networkName the directory under {@code networks/} where the shared files are
     * @param nodeId who the node is
     * @param loginPasswordFile where the node finds the password, absolute or relative to the config directory
     * @param jwtSecretFile where the node finds the JWT secret, likewise
     */
    public static String nodeConf(String networkName, String nodeId, String loginPasswordFile, String jwtSecretFile) {
        return nodeConf(networkName, nodeId, loginPasswordFile, jwtSecretFile, null);
    }

    /**
     * Likewise.
     *
     * @param caFile where the node finds who may have made the members' certificates, likewise; null: whom Java trusts
     */
    public static String nodeConf(
            String networkName,
            String nodeId,
            String loginPasswordFile,
            String jwtSecretFile,
            @Nullable String caFile) {
        return nodeConf(networkName, nodeId, loginPasswordFile, jwtSecretFile, caFile, null, null);
    }

    /**
     * Likewise.
     *
     * @param git the repository with the network's files; null: they are under {@code networks/}
     * @param alerts who is told of alerts, and when; null: nobody
     */
    public static String nodeConf(
            String networkName,
            String nodeId,
            String loginPasswordFile,
            String jwtSecretFile,
            @Nullable String caFile,
            @Nullable GitEntry git,
            @Nullable AlertsEntry alerts) {
        String own = """
                networks:
                - name: %s
                  node_id: %s
                %slogin_password_file: %s
                jwt_secret_file: %s
                """.formatted(
                        quoted(networkName),
                        quoted(nodeId),
                        git == null ? LOCAL : gitConf(git),
                        quoted(loginPasswordFile),
                        quoted(jwtSecretFile));
        String tls = caFile == null ? "" : "tls:\n  ca_file: %s\n".formatted(quoted(caFile));
        return own + tls + (alerts == null ? "" : alertsConf(alerts));
    }

    /** Whether a node's own file, as it is written here, says that its network's files come from a repository. */
    public static boolean isOfGit(String nodeConf) {
        return nodeConf.lines().anyMatch(GIT::equals);
    }

    private static String gitConf(GitEntry git) {
        StringBuilder yaml = new StringBuilder(GIT).append('\n');
        Map<String, @Nullable String> texts = new LinkedHashMap<>();
        texts.put("git_repo", git.repo());
        texts.put("git_branch", git.branch());
        texts.put("git_username_file", git.usernameFile());
        texts.put("git_token_file", git.tokenFile());
        texts.put("git_ca_file", git.caFile());
        texts.put("git_ssh_key_file", git.sshKeyFile());
        texts.put("git_ssh_known_hosts_file", git.sshKnownHostsFile());
        texts.put("git_trusted_signers", git.trustedSignersFile());
        texts.forEach((key, text) -> {
            if (text != null) {
                yaml.append("  %s: %s\n".formatted(key, quoted(text)));
            }
        });
        return yaml.append("  git_poll_seconds: %s\n".formatted(seconds(git.poll())))
                .toString();
    }

    private static String alertsConf(AlertsEntry alerts) {
        StringBuilder yaml = new StringBuilder("alerts:\n  receivers:\n");
        for (AlertsEntry.Receiver receiver : alerts.receivers()) {
            yaml.append("  - name: %s\n    type: %s\n    url_file: %s\n"
                    .formatted(quoted(receiver.name()), receiver.type().word(), quoted(receiver.urlFile())));
            if (receiver.secretFile() != null) {
                yaml.append("    secret_file: %s\n".formatted(quoted(receiver.secretFile())));
            }
        }
        yaml.append("  senders: %s\n  grace: %s\n  group_wait: %s\n"
                .formatted(list(alerts.senders()), seconds(alerts.grace()), seconds(alerts.groupWait())));
        yaml.append(alerts.slowNodes() ? "  slow_nodes: true\n" : "");
        yaml.append(alerts.silences().isEmpty() ? "" : "  silences:\n");
        for (Silence silence : alerts.silences()) {
            yaml.append("  - until: %s\n".formatted(quoted(silence.until().toString())));
            if (silence.from() != null) {
                yaml.append("    from: %s\n".formatted(quoted(silence.from().toString())));
            }
            if (!silence.nodes().isEmpty()) {
                yaml.append("    nodes: %s\n".formatted(list(silence.nodes())));
            }
            if (silence.reason() != null) {
                yaml.append("    reason: %s\n".formatted(quoted(silence.reason())));
            }
        }
        return yaml.toString();
    }

    private static String list(List<String> texts) {
        return texts.stream().map(NetworkWriter::quoted).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String networkConf(
            String networkId, List<Member> members, Topology topology, Thresholds thresholds) {
        StringBuilder yaml = new StringBuilder("network_id: %s\n".formatted(quoted(networkId)));
        if (!topology.equals(Topology.DEFAULT)) {
            yaml.append("topology: %s\ndegree: %s\n".formatted(topology.mode().word(), topology.degree()));
        }
        yaml.append(thresholdsConf(thresholds)).append("node_config:\n");
        for (Member member : members) {
            yaml.append("- node_id: ").append(quoted(member.nodeId())).append('\n');
            if (member.url() != null) {
                yaml.append("  url: ").append(quoted(member.url().toString())).append('\n');
            }
            yaml.append("  poll_rate: ").append(seconds(member.pollRate())).append('\n');
            yaml.append("  retry: ").append(member.retry()).append('\n');
            if (member.retryInterval() != null) {
                yaml.append("  retry_interval: ")
                        .append(seconds(member.retryInterval()))
                        .append('\n');
            }
        }
        return yaml.toString();
    }

    /** The rules as {@link ThresholdRules} makes them: what is said of all links counts after what is said of some. */
    private static String thresholdsConf(Thresholds thresholds) {
        StringBuilder ofAll = new StringBuilder();
        StringBuilder links = new StringBuilder();
        for (Thresholds.Rule rule : thresholds.rules()) {
            if (rule.from() == null && rule.to() == null) {
                limits(rule).forEach((key, value) -> ofAll.append("  %s: %s\n".formatted(key, value)));
            } else {
                Map<String, String> link = new LinkedHashMap<>();
                if (rule.from() != null) {
                    link.put("from", quoted(rule.from()));
                }
                if (rule.to() != null) {
                    link.put("to", quoted(rule.to()));
                }
                link.putAll(limits(rule));
                links.append(link.entrySet().stream()
                        .map(field -> field.getKey() + ": " + field.getValue())
                        .collect(Collectors.joining(", ", "  - {", "}\n")));
            }
        }
        return (ofAll.isEmpty() && links.isEmpty() ? "" : "thresholds:\n")
                + ofAll
                + (links.isEmpty() ? "" : "  links:\n")
                + links;
    }

    private static Map<String, String> limits(Thresholds.Rule rule) {
        Map<String, String> limits = new LinkedHashMap<>();
        if (rule.roundTripMillis() != null) {
            limits.put(ThresholdRules.ROUND_TRIP, numberOrOff(rule.roundTripMillis()));
        }
        if (rule.loss() != null) {
            limits.put(ThresholdRules.LOSS, numberOrOff(percent(rule.loss())));
        }
        if (rule.jitterMillis() != null) {
            limits.put(ThresholdRules.JITTER, numberOrOff(rule.jitterMillis()));
        }
        if (rule.isHeldAgainstUsual() != null) {
            limits.put(ThresholdRules.BASELINE, rule.isHeldAgainstUsual().toString());
        }
        return limits;
    }

    private static String numberOrOff(double limit) {
        return limit == LinkLimits.OFF
                ? "off"
                : BigDecimal.valueOf(limit).stripTrailingZeros().toPlainString();
    }

    private static double percent(double loss) {
        return loss == LinkLimits.OFF
                ? LinkLimits.OFF
                : BigDecimal.valueOf(loss * ThresholdRules.PER_CENT)
                        .round(DIGITS)
                        .doubleValue();
    }

    private static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toNanos(), 9).stripTrailingZeros().toPlainString();
    }

    /**
     * A YAML double-quoted text; what YAML could take for something else (no, 1e3, null, a line end) stays text. What can be
     * seen stands as it is, as an escape is up to six times as long.
     */
    private static String quoted(String text) {
        StringBuilder yaml = new StringBuilder("\"");
        text.codePoints()
                .forEach(character -> yaml.append(
                        switch (character) {
                            case '\\', '"' -> "\\" + Character.toString(character);
                            default ->
                                isPlain(character)
                                        ? Character.toString(character)
                                        : (character > 0xffff ? "\\U%08X" : "\\u%04X").formatted(character);
                        }));
        return yaml.append('"').toString();
    }

    /** Whether YAML 1.1 takes a character for nothing but itself, wherever it stands in a file. */
    private static boolean isPlain(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT, // the byte order mark among them
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> // what is no character among them
                false;
            default -> character <= 0xffff;
        };
    }
}
