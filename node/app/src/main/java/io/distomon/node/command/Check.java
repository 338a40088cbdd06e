package io.distomon.node.command;

import io.distomon.core.config.AlertReceiver;
import io.distomon.core.config.AlertSettings;
import io.distomon.core.config.ConfigException;
import io.distomon.core.config.ConfigReader;
import io.distomon.core.config.GitSource;
import io.distomon.core.config.InspectedNetwork;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.config.NetworkFiles;
import io.distomon.core.config.NetworkSource;
import io.distomon.core.config.NodeConf;
import io.distomon.core.config.PrivateKeys;
import io.distomon.core.config.Secret;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.threshold.LinkLimits;
import io.distomon.core.topology.Member;
import io.distomon.node.Version;
import io.distomon.node.config.ApiSecrets;
import io.distomon.node.git.Commit;
import io.distomon.node.git.GitException;
import io.distomon.node.git.GitFollower;
import io.distomon.node.git.GitNetworks;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads a config directory as a start would, and tells what is in it and everything that is wrong with it. */
final class Check {
    private static final Duration GIT_TIMEOUT = Duration.ofSeconds(30);
    private static final int LOSS_DECIMALS = 6;
    private static final int SECONDS_IN_MINUTE = 60;
    private static final int MINUTES_IN_HOUR = 60;
    private static final int MOST_MINUTES = 180;
    private static final double NANOS_IN_SECOND = 1e9;

    private final Path directory;
    private final String fileName;
    private final PrintWriter out;
    private final ConfigReader reader;
    private final PrivateKeys privateKeys;
    private final List<String> warnings = new ArrayList<>();
    private final List<String> mistakes = new ArrayList<>();
    private final List<InspectedNetwork> networks = new ArrayList<>();

    Check(Path directory, String fileName, PrintWriter out) {
        this.directory = directory;
        this.fileName = fileName;
        this.out = out;
        this.reader = new ConfigReader(directory, fileName, Version.current());
        this.privateKeys = new PrivateKeys(directory, new SecureRandom());
    }

    /** Whether nothing is wrong. */
    boolean run() throws IOException, InterruptedException {
        out.printf("distomon %s with %s%n", Version.current(), directory.resolve(fileName));
        try {
            networks(reader.nodeConf(privateKeys, new ArrayList<>()));
        } catch (ConfigException e) {
            note("", e);
        }
        warnings.forEach(warning -> out.printf("warning: %s%n", warning));
        mistakes.forEach(mistake -> out.printf("error: %s%n", mistake));
        out.println(mistakes.isEmpty() ? "Nothing is wrong." : "To be mended: %s".formatted(mistakes.size()));
        return mistakes.isEmpty();
    }

    /** The networks that were found, those with mistakes left out. */
    List<InspectedNetwork> networks() {
        return List.copyOf(networks);
    }

    /** What is wrong. */
    List<String> mistakes() {
        return List.copyOf(mistakes);
    }

    private void networks(NodeConf nodeConf) throws IOException, InterruptedException {
        warnings.addAll(nodeConf.warnings());
        jwtKey(nodeConf.jwtSecret());
        Map<String, String> namesById = new HashMap<>();
        for (NetworkSource source : nodeConf.networks()) {
            NetworkConfig config = source.git() == null
                    ? network(source, reader.files(source), "networks/" + source.name(), "")
                    : fetched(source, source.git());
            String other = config == null ? null : namesById.putIfAbsent(config.networkId(), source.name());
            if (config != null && other != null) {
                mistakes.add("%s: found %s's network_id %s, which is also %s's, expected every network once"
                        .formatted(fileName, source.name(), config.networkId(), other));
            }
            if (config != null) {
                alerts(nodeConf.alerts().of(source.name()), config);
            }
        }
    }

    private void alerts(AlertSettings alerts, NetworkConfig config) {
        if (alerts.receivers().isEmpty()) {
            return;
        }
        out.printf(
                "  alerts%s: told to %s, by %s%n",
                alerts.slowNodes() ? ", of slow nodes too" : "",
                alerts.receivers().stream().map(AlertReceiver::name).collect(Collectors.joining(", ")),
                alerts.senders().isEmpty()
                        ? config.nodeId()
                        : "the first at work of " + String.join(", ", alerts.senders()));
        for (String sender : alerts.senders()) {
            if (config.member(sender).isEmpty()) {
                warnings.add(
                        "%s: alerts.senders: %s is no member of %s".formatted(fileName, sender, config.networkId()));
            }
        }
    }

    private void jwtKey(@Nullable Secret secret) {
        int bytes = secret == null
                ? ApiSecrets.MIN_JWT_KEY_BYTES
                : secret.reveal().strip().getBytes(StandardCharsets.UTF_8).length;
        if (bytes < ApiSecrets.MIN_JWT_KEY_BYTES) {
            mistakes.add("%s: found %s bytes in jwt_secret_file, expected at least %s"
                    .formatted(fileName, bytes, ApiSecrets.MIN_JWT_KEY_BYTES));
        }
    }

    /** Fetches into a place of its own: a node that runs with this config keeps its own copy. */
    private @Nullable NetworkConfig fetched(NetworkSource source, GitSource git)
            throws IOException, InterruptedException {
        Path place = Files.createTempDirectory("distomon-check");
        try (GitNetworks repositories = new GitNetworks(place, GIT_TIMEOUT, () -> {})) {
            GitFollower follower = repositories.follow(source.name(), git);
            follower.awaitFirstLook();
            String error = follower.status().error();
            List<Commit> commits = follower.commits();
            if (commits.isEmpty()) {
                mistakes.add("%s: found git_repo of %s, which can't be fetched: %s, expected a repository that answers"
                        .formatted(fileName, source.name(), error == null ? "no answer in time" : error));
                return null;
            }
            Commit newest = commits.getFirst();
            return network(
                    source,
                    follower.files(newest),
                    "%s at commit %s".formatted(git.repo(), newest.shortId()),
                    "commit %s: ".formatted(newest.shortId()));
        } catch (GitException e) {
            mistakes.add("%s: found git_repo of %s, which can't be used: %s, expected a network's files"
                    .formatted(fileName, source.name(), e.getMessage()));
            return null;
        } finally {
            delete(place);
        }
    }

    private @Nullable NetworkConfig network(
            NetworkSource source, NetworkFiles files, String shownFiles, String shownAt) {
        try {
            InspectedNetwork network = reader.inspect(source, files, privateKeys);
            NetworkConfig config = network.config();
            networks.add(network);
            warnings.addAll(config.warnings());
            out.printf("network %s: we are %s, files %s%n", config.networkId(), config.nodeId(), shownFiles);
            out.printf("  config %s%n", config.digest());
            out.printf(
                    "  key %s%n",
                    network.signer() == null
                            ? "to be made at the first start"
                            : network.signer().verifier().fingerprint());
            config.members().forEach(member -> member(config, member));
            return config;
        } catch (ConfigException e) {
            note(shownAt, e);
            return null;
        }
    }

    private void member(NetworkConfig config, Member member) {
        List<String> fingerprints = config.keys().of(member.nodeId()).stream()
                .map(Verifier::fingerprint)
                .toList();
        out.printf(
                "  %s: %s; %s%n",
                member.nodeId(),
                whatFor(config, member),
                fingerprints.isEmpty() ? "no key, not trusted" : "key " + String.join(", ", fingerprints));
    }

    private static String whatFor(NetworkConfig config, Member member) {
        if (member.nodeId().equals(config.nodeId())) {
            return "ourselves";
        }
        return member.url() == null
                ? "passive, not polled"
                : "polled every %s s at %s, %s failures forgiven%s"
                        .formatted(
                                member.pollRate().toNanos() / NANOS_IN_SECOND,
                                member.url(),
                                member.retry(),
                                limits(config.thresholds().of(config.nodeId(), member.nodeId()), member.pollRate()));
    }

    private static String limits(LinkLimits limits, Duration pollRate) {
        List<String> known = new ArrayList<>();
        if (limits.roundTripMillis() != LinkLimits.OFF) {
            known.add("round trips of %s ms".formatted(limits.roundTripMillis()));
        }
        if (limits.jitterMillis() != LinkLimits.OFF) {
            known.add("a jitter of %s ms".formatted(limits.jitterMillis()));
        }
        if (limits.loss() != LinkLimits.OFF) {
            known.add("a loss of %s %% (twice as much is found in about %s)"
                    .formatted(
                            BigDecimal.valueOf(limits.loss())
                                    .movePointRight(2)
                                    .setScale(LOSS_DECIMALS, RoundingMode.HALF_UP)
                                    .stripTrailingZeros()
                                    .toPlainString(),
                            minutesOrHours(limits.pollsUntilFound() * pollRate.toNanos() / NANOS_IN_SECOND)));
        }
        if (limits.isHeldAgainstUsual()) {
            known.add("what is usual of its round trips, jitter and loss");
        }
        return known.isEmpty() ? "" : "; slow or lossy above " + String.join(", ", known);
    }

    private static String minutesOrHours(double seconds) {
        long minutes = Math.round(seconds / SECONDS_IN_MINUTE);
        return minutes < MOST_MINUTES ? Math.max(1, minutes) + " min" : minutes / MINUTES_IN_HOUR + " h";
    }

    private void note(String shownAt, ConfigException e) {
        e.findings().forEach(finding -> mistakes.add(shownAt + finding.text()));
    }

    private static void delete(Path place) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(place)) {
            files = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }
}
