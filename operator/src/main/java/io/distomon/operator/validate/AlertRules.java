package io.distomon.operator.validate;

import io.distomon.core.config.AlertReceiver;
import io.distomon.core.config.Silence;
import io.distomon.core.text.ForeignText;
import io.distomon.crds.v1alpha1.AlertReceiverSpec;
import io.distomon.crds.v1alpha1.AlertReceiverType;
import io.distomon.crds.v1alpha1.AlertSilenceSpec;
import io.distomon.crds.v1alpha1.AlertsSpec;
import io.distomon.crds.v1alpha1.DistomonNetworkSpec;
import io.distomon.crds.v1alpha1.MembershipType;
import io.distomon.crds.v1alpha1.Names;
import io.distomon.crds.v1alpha1.NodeSpec;
import io.distomon.crds.v1alpha1.NodeType;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The rules of {@code spec.alerts}: those of the nodes, which would not take a file that breaks one. */
final class AlertRules {
    private static final Pattern IDENTIFIER = Pattern.compile(Names.IDENTIFIER);
    private static final Pattern MOMENT = Pattern.compile(Names.MOMENT);
    private static final Pattern ONE_LINE = Pattern.compile(Names.ONE_LINE);
    private static final int MAX_ID_CHARS = 63;
    private static final String PATH = "spec.alerts";
    private static final String MOMENT_RULE = "a moment such as 2026-12-01T22:00:00Z (RFC 3339)";

    private final DistomonNetworkSpec spec;
    private final Findings findings;

    AlertRules(DistomonNetworkSpec spec, Findings findings) {
        this.spec = spec;
        this.findings = findings;
    }

    /** Who is told; null when the spec says nothing of it. Of use only when nothing was noted. */
    @Nullable
    Alerts alerts() {
        AlertsSpec alerts = spec.alerts();
        if (alerts == null) {
            return null;
        }
        List<Alerts.Receiver> receivers = receivers(alerts);
        List<String> senders = senders(alerts);
        findings.expectNumber(PATH + ".grace", alerts.grace(), 0, AlertsSpec.MAX_GRACE_SECONDS);
        findings.expectNumber(PATH + ".groupWait", alerts.groupWait(), 0, AlertsSpec.MAX_GROUP_WAIT_SECONDS);
        return new Alerts(
                receivers,
                senders,
                Duration.ofSeconds(alerts.grace()),
                Duration.ofSeconds(alerts.groupWait()),
                alerts.slowNodes(),
                silences(alerts));
    }

    private List<Alerts.Receiver> receivers(AlertsSpec alerts) {
        String path = PATH + ".receivers";
        if (alerts.receivers().isEmpty()) {
            findings.add(path, "found nothing, expected a list of at least one receiver");
        }
        findings.expectSize(path, alerts.receivers().size(), AlertsSpec.MAX_RECEIVERS, "receivers");
        List<Alerts.Receiver> receivers = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < alerts.receivers().size() && i < AlertsSpec.MAX_RECEIVERS; i++) {
            Alerts.Receiver receiver = receiver(alerts.receivers().get(i), Findings.item(path, i));
            if (receiver != null && !names.add(receiver.name())) {
                findings.add(
                        Findings.item(path, i) + ".name",
                        "found the receiver %s a second time, expected every receiver once".formatted(receiver.name()));
            } else if (receiver != null) {
                receivers.add(receiver);
            }
        }
        return receivers;
    }

    private Alerts.@Nullable Receiver receiver(AlertReceiverSpec receiver, String path) {
        boolean isNamed = isIdentifier(path + ".name", receiver.name());
        AlertReceiverType type = Validator.known(path + ".type", receiver.type(), AlertReceiverType.values(), findings);
        SecretEntry url = null;
        if (receiver.urlSecretRef() == null) { // what a schema requires may yet be missing in a file
            findings.add(path + ".urlSecretRef", "found nothing, expected the Secret with the receiver's URL");
        } else {
            url = findings.secretEntry(path + ".urlSecretRef", receiver.urlSecretRef(), Alerts.Receiver.URL_KEY);
        }
        SecretEntry signingKey = receiver.signingSecretRef() == null
                ? null
                : findings.secretEntry(
                        path + ".signingSecretRef", receiver.signingSecretRef(), Alerts.Receiver.SIGNING_KEY);
        if (signingKey != null && type != null && type != AlertReceiverType.Webhook) {
            findings.add(path + ".signingSecretRef", AlertReceiverSpec.SIGNED);
        }
        return !isNamed || type == null || url == null
                ? null
                : new Alerts.Receiver(receiver.name(), inWordsOfNodes(type), url, signingKey);
    }

    private static AlertReceiver.Type inWordsOfNodes(AlertReceiverType type) {
        return switch (type) {
            case Webhook -> AlertReceiver.Type.WEBHOOK;
            case Slack -> AlertReceiver.Type.SLACK;
            case Discord -> AlertReceiver.Type.DISCORD;
            case Alertmanager -> AlertReceiver.Type.ALERTMANAGER;
        };
    }

    private List<String> senders(AlertsSpec alerts) {
        String path = PATH + ".senders";
        Set<String> all = spec.nodes().stream().map(NodeSpec::id).collect(Collectors.toSet());
        // A sidecar's version is its user's: one without alerts would tell nobody, and keep those after it from
        // telling.
        List<String> here = Stream.of(NodeType.Managed, NodeType.Sidecar)
                .flatMap(type -> spec.nodes().stream().filter(node -> node.type() == type))
                .map(NodeSpec::id)
                .filter(Objects::nonNull)
                .toList();
        List<String> named = alerts.senders();
        findings.expectSize(path, named.size(), AlertsSpec.MAX_SENDERS, "senders");
        for (int i = 0; i < named.size() && i < AlertsSpec.MAX_SENDERS; i++) {
            String id = named.get(i);
            boolean isId = isIdentifier(Findings.item(path, i), id);
            // A repository's members are not known here.
            if (isId && spec.membership().type() != MembershipType.Git && !all.contains(id)) {
                findings.add(
                        path, "found %s, %s".formatted(ForeignText.quoted(id), DistomonNetworkSpec.SENDERS_OF_NODES));
            }
        }
        if (named.isEmpty() ? here.isEmpty() : named.stream().noneMatch(here::contains)) {
            findings.add(path, "found none, " + DistomonNetworkSpec.SENDER_HERE);
        }
        return named.isEmpty() ? here.stream().limit(AlertsSpec.MAX_SENDERS).toList() : named;
    }

    private List<Silence> silences(AlertsSpec alerts) {
        String path = PATH + ".silences";
        findings.expectSize(path, alerts.silences().size(), AlertsSpec.MAX_SILENCES, "silences");
        int ids = alerts.silences().stream()
                .mapToInt(silence -> silence.nodes().size())
                .sum();
        findings.expectSize(path, ids, AlertSilenceSpec.MAX_NODES, "ids of nodes in all");
        int bytes = alerts.silences().stream()
                .map(AlertSilenceSpec::reason)
                .filter(Objects::nonNull)
                .mapToInt(reason -> reason.getBytes(StandardCharsets.UTF_8).length)
                .sum();
        if (bytes > AlertSilenceSpec.MAX_REASONS_BYTES) {
            findings.add(
                    path,
                    "found reasons of %s bytes in all, expected at most %s"
                            .formatted(bytes, AlertSilenceSpec.MAX_REASONS_BYTES));
        }
        List<Silence> silences = new ArrayList<>();
        for (int i = 0; i < alerts.silences().size() && i < AlertsSpec.MAX_SILENCES; i++) {
            Silence silence = silence(alerts.silences().get(i), Findings.item(path, i));
            if (silence != null) {
                silences.add(silence);
            }
        }
        return silences;
    }

    private @Nullable Silence silence(AlertSilenceSpec silence, String path) {
        for (int i = 0; i < silence.nodes().size() && i < AlertSilenceSpec.MAX_NODES; i++) {
            isIdentifier(Findings.item(path + ".nodes", i), silence.nodes().get(i));
        }
        Instant from = silence.from() == null ? null : moment(path + ".from", silence.from());
        Instant until = moment(path + ".until", silence.until());
        if (from != null && until != null && !until.isAfter(from)) {
            findings.add(path + ".until", AlertSilenceSpec.ENDS_TOO_EARLY);
        }
        String reason = silence.reason();
        // As nodes count it, which is not as a schema does.
        if (reason != null
                && (reason.length() > AlertSilenceSpec.MAX_REASON_CHARS
                        || !ONE_LINE.matcher(reason).matches())) {
            findings.add(
                    path + ".reason",
                    "found a text of %s characters, expected one line of at most %s"
                            .formatted(reason.length(), AlertSilenceSpec.MAX_REASON_CHARS));
        }
        return until == null ? null : new Silence(List.of(), silence.nodes(), from, until, reason);
    }

    private @Nullable Instant moment(String path, @Nullable String text) {
        if (!findings.expectText(path, text, AlertSilenceSpec.MAX_MOMENT_CHARS, MOMENT, MOMENT_RULE) || text == null) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            findings.add(path, "found %s, expected %s".formatted(ForeignText.quoted(text), MOMENT_RULE));
            return null;
        }
    }

    private boolean isIdentifier(String path, @Nullable String text) {
        return findings.expectText(path, text, MAX_ID_CHARS, IDENTIFIER, Findings.ID_RULE);
    }
}
