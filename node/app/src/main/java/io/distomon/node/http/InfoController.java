package io.distomon.node.http;

import io.distomon.core.config.NetworkConfig;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.topology.Member;
import io.distomon.node.Version;
import io.distomon.node.config.ConfigManager;
import io.distomon.node.config.ConfigState;
import io.distomon.node.config.NetworkState;
import io.distomon.node.record.FlightRecorders;
import io.distomon.node.record.Recorder;
import io.distomon.node.threads.MonitorManager;
import io.distomon.node.threads.PeerReport;
import io.distomon.node.threads.RunningNetwork;
import io.distomon.node.tls.CertificateStatus;
import io.distomon.node.tls.CertificateWatch;
import io.distomon.node.tls.ClearText;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code GET /info}: who this node is and what it runs with. No secrets. */
@Controller
@Secured(SecurityRule.IS_AUTHENTICATED)
final class InfoController {
    private static final double NANOS_IN_SECOND = 1e9;

    private final ConfigManager configs;
    private final MonitorManager monitors;
    private final CertificateWatch certificates;
    private final ClearText clearText;
    private final FlightRecorders recorders;

    InfoController(
            ConfigManager configs,
            MonitorManager monitors,
            CertificateWatch certificates,
            ClearText clearText,
            FlightRecorders recorders) {
        this.configs = configs;
        this.monitors = monitors;
        this.certificates = certificates;
        this.clearText = clearText;
        this.recorders = recorders;
    }

    /**
     * A node.
     *
     * @param notRunning the networks in its own file of which nothing is good yet
     * @param tls the certificate that it is served with; null when it is served by http
     * @param warnings oddities in its own file, of its certificate, and that its login can be read on the way
     */
    record NodeInfo(
            String version,
            List<Network> networks,
            List<NotRunning> notRunning,
            @Nullable Tls tls,
            List<String> warnings) {}

    /**
     * What it is served with.
     *
     * @param subject whom the certificate is for
     * @param error why what is in its files now is not in use, a line for each mistake; null when it is
     */
    record Tls(
            String subject,
            String validFrom,
            String expiresAt,
            @Nullable String error) {}

    /**
     * A network that does not run.
     *
     * @param name its name in the node's own file; its id is not known
     * @param newest the newest commit of its branch that was taken or refused since the start; null for files, and when none was
     *     since the start
     * @param error why
     */
    record NotRunning(
            String name, @Nullable String newest, @Nullable String error) {}

    /**
     * One of its networks.
     *
     * @param topology who polls whom: auto, full or sparse
     * @param degree how many observers each member has when it is some
     * @param publicKeys the valid keys of each member in SPKI PEM form, by node id
     * @param keyFingerprints of the same, in the same order
     * @param publicKey of the key that the node signs with, in SPKI PEM form: what is to be published
     * @param keyFingerprint of that
     * @param warnings oddities in the network's files
     * @param doubles as whom two processes sign, with the boot ids of both, by node id
     * @param clockAheadOfMostSeconds how far this node's clock is ahead of that of most peers, negative when it is behind;
     *     null when too few have answered to say
     * @param recorderTrouble why the flight recorder does not keep everything as it should; null when it does
     */
    record Network(
            String networkId,
            String nodeId,
            String topology,
            int degree,
            Map<String, List<String>> publicKeys,
            Map<String, List<String>> keyFingerprints,
            String publicKey,
            String keyFingerprint,
            List<MemberInfo> members,
            List<String> warnings,
            Map<String, List<String>> doubles,
            @Nullable Double clockAheadOfMostSeconds,
            @Nullable String recorderTrouble,
            Config config) {}

    /**
     * A member.
     *
     * @param pollRate how often it is polled, seconds
     * @param retryInterval how soon a failed poll is repeated, seconds; null: by the nodes' own rule
     * @param monitor what its monitor is at; null when this node does not poll it
     */
    record MemberInfo(
            String nodeId,
            @Nullable String url,
            double pollRate,
            int retry,
            @Nullable Double retryInterval,
            @Nullable String monitor) {}

    /**
     * Where the config came from.
     *
     * @param digest equal on all nodes that run with the same config
     * @param commit the git commit that is in use; null for files
     * @param newest the newest commit of the branch that was taken or refused since the start; null for files, and when none was
     *     since the start
     * @param loadedAt when it was taken
     * @param fetchedAt when the repository last answered; null for files, and when it has not since the start
     * @param error why what the files or the repository say now is not in use, a line for each mistake; null when it is
     */
    record Config(
            String type,
            String digest,
            @Nullable String commit,
            @Nullable String newest,
            @Nullable String loadedAt,
            @Nullable String fetchedAt,
            @Nullable String error) {}

    @Get("/info")
    @Operation(summary = "Who the node is and what it runs with")
    @ApiResponse(responseCode = "200", description = "No secrets.")
    @Refusals.OfStrangers
    NodeInfo info() {
        ConfigState state = configs.state();
        return new NodeInfo(
                Version.current(),
                monitors.networks().stream()
                        .map(network -> network(network, state))
                        .toList(),
                state.networks().entrySet().stream()
                        .filter(network -> !network.getValue().running())
                        .map(network -> new NotRunning(
                                network.getKey(),
                                network.getValue().newest(),
                                network.getValue().error()))
                        .toList(),
                tls(certificates.status()),
                Stream.of(state.config().warnings(), certificates.warnings(), clearText.warnings())
                        .flatMap(List::stream)
                        .toList());
    }

    private static @Nullable Tls tls(@Nullable CertificateStatus status) {
        return status == null
                ? null
                : new Tls(
                        status.subject(),
                        status.validFrom().toString(),
                        status.expiresAt().toString(),
                        status.error());
    }

    private Network network(RunningNetwork running, ConfigState state) {
        NetworkConfig config = running.config();
        Map<String, PeerReport> peers = running.peers();
        Map<String, List<String>> keys = new LinkedHashMap<>();
        Map<String, List<String>> fingerprints = new LinkedHashMap<>();
        config.keys().keys().forEach((nodeId, verifiers) -> {
            keys.put(nodeId, verifiers.stream().map(Verifier::pem).toList());
            fingerprints.put(
                    nodeId, verifiers.stream().map(Verifier::fingerprint).toList());
        });
        return new Network(
                config.networkId(),
                config.nodeId(),
                config.topology().mode().word(),
                config.topology().degree(),
                keys,
                fingerprints,
                running.publicKey().pem(),
                running.publicKey().fingerprint(),
                config.members().stream()
                        .map(member -> member(member, peers.get(member.nodeId())))
                        .toList(),
                config.warnings(),
                running.store().doubles(),
                running.clockAheadOfMost()
                        .map(ahead -> (Double) (ahead.toNanos() / NANOS_IN_SECOND))
                        .orElse(null),
                recorders.of(config.networkId()).map(Recorder::trouble).orElse(null),
                config(running, state));
    }

    private static Config config(RunningNetwork running, ConfigState state) {
        NetworkState network = state.networks().get(running.source().name());
        String own = network == null ? null : network.error();
        return new Config(
                running.source().type().name().toLowerCase(Locale.ROOT),
                running.config().digest(),
                network == null ? null : network.commit(),
                network == null ? null : network.newest(),
                network == null ? null : text(network.loadedAt()),
                network == null ? null : text(network.fetchedAt()),
                own == null ? state.nodeError() : own);
    }

    private static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }

    private static MemberInfo member(Member member, @Nullable PeerReport peer) {
        return new MemberInfo(
                member.nodeId(),
                member.url() == null ? null : member.url().toString(),
                member.pollRate().toNanos() / NANOS_IN_SECOND,
                member.retry(),
                member.retryInterval() == null
                        ? null
                        : (Double) (member.retryInterval().toNanos() / NANOS_IN_SECOND),
                peer == null ? null : peer.state().name().toLowerCase(Locale.ROOT));
    }
}
