package io.distomon.core.config;

import io.distomon.core.Identifier;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What {@code nodeconf.yml} may say of alerts. */
final class AlertRules {
    private static final int MAX_RECEIVERS = 8;
    private static final int MAX_SILENCES = 64;
    private static final int MAX_NAMES = 1024;
    private static final int MAX_GRACE_SECONDS = 3600;
    private static final int MAX_GROUP_WAIT_SECONDS = 600;
    private static final int MAX_REASON_CHARS = 200;
    private static final String MOMENT_RULE = "a moment such as 2026-12-01T22:00:00Z (RFC 3339)";
    private static final Set<String> HERE = Set.of("localhost", "127.0.0.1", "[::1]");

    private final NamedFiles files;
    private final Collection<String> networks;

    /**
     * @param files those that a receiver names
     * @param networks the names of the networks that there are
     */
    AlertRules(NamedFiles files, Collection<String> networks) {
        this.files = files;
        this.networks = networks;
    }

    /** What is without mistake. */
    AlertSettings read(@Nullable YamlMap alerts) {
        if (alerts == null) {
            return AlertSettings.NONE;
        }
        List<AlertReceiver> receivers = receivers(alerts);
        List<String> senders =
                alerts.listed("senders", MAX_NAMES, "a list of node ids: " + Identifier.RULE, Identifier::isValid);
        Duration grace = alerts.seconds("grace", AlertSettings.DEFAULT_GRACE, 0, MAX_GRACE_SECONDS);
        Duration groupWait = alerts.seconds("group_wait", AlertSettings.DEFAULT_GROUP_WAIT, 0, MAX_GROUP_WAIT_SECONDS);
        String slowNodes = alerts.optional("slow_nodes", "true or false", List.of("true", "false")::contains);
        List<Silence> silences = silences(alerts);
        alerts.warnUnknown();
        return new AlertSettings(receivers, senders, grace, groupWait, "true".equals(slowNodes), silences);
    }

    private List<AlertReceiver> receivers(YamlMap alerts) {
        if (!alerts.has("receivers")) {
            alerts.error("receivers", "nothing", "a list of at least one receiver");
        }
        List<AlertReceiver> receivers = new ArrayList<>();
        Set<String> names = new HashSet<>();
        List<YamlMap> items = alerts.maps("receivers", MAX_RECEIVERS);
        for (YamlMap item : items) {
            AlertReceiver receiver = receiver(item);
            if (receiver != null && !names.add(receiver.name())) {
                item.error("name", "the receiver " + receiver.name() + " a second time", "every receiver once");
            } else if (receiver != null) {
                receivers.add(receiver);
            }
        }
        YamlMap.warnUnknown(items);
        return receivers;
    }

    private @Nullable AlertReceiver receiver(YamlMap item) {
        String name = item.required("name", Identifier.RULE, Identifier::isValid);
        String word = item.required(
                "type",
                AlertReceiver.Type.rule(),
                text -> AlertReceiver.Type.of(text).isPresent());
        Secret url = url(item);
        Secret key = files.secret(item, null, "secret_file");
        List<String> of = networks(item);
        Optional<AlertReceiver.Type> type = word == null ? Optional.empty() : AlertReceiver.Type.of(word);
        if (type.isPresent() && type.get() != AlertReceiver.Type.WEBHOOK && item.has("secret_file")) {
            item.error("secret_file", "a secret for a receiver that takes no signature", "the type webhook");
        } else if (key != null && !AlertReceiver.isSigningKey(key.reveal())) {
            item.error("secret_file", AlertReceiver.NO_KEY.found(), AlertReceiver.NO_KEY.expected());
        }
        return name == null || type.isEmpty() || url == null ? null : new AlertReceiver(name, type.get(), url, key, of);
    }

    private @Nullable Secret url(YamlMap item) {
        Secret url = files.secret(item, "url", "url_file");
        String key = item.has("url_file") ? "url_file" : "url";
        if (url == null) {
            if (!item.has("url") && !item.has("url_file")) {
                item.error(
                        "url", "nothing", AlertReceiver.URL_RULE + ", or url_file with the path of a file that has it");
            }
            return null;
        }
        if (!AlertReceiver.isUrl(url.reveal())) {
            item.error(key, AlertReceiver.NO_URL.found(), AlertReceiver.NO_URL.expected());
            return null;
        }
        URI read = URI.create(url.reveal());
        if (read.getScheme().equalsIgnoreCase("http")
                && !HERE.contains(read.getHost().toLowerCase(Locale.ROOT))) {
            item.warn(key, "alerts go by http to another machine: others can read them, and the URL, on the way");
        }
        return url;
    }

    private List<String> networks(YamlMap item) {
        List<String> named =
                item.listed("networks", MAX_NAMES, "a list of networks' names in this file", Identifier::isValid);
        for (String name : named) {
            if (!networks.contains(name)) {
                item.error("networks", "the name " + name, "names of networks in this file");
            }
        }
        return named;
    }

    private List<Silence> silences(YamlMap alerts) {
        List<Silence> silences = new ArrayList<>();
        List<YamlMap> items = alerts.maps("silences", MAX_SILENCES);
        for (YamlMap item : items) {
            List<String> of = networks(item);
            List<String> nodes =
                    item.listed("nodes", MAX_NAMES, "a list of node ids: " + Identifier.RULE, Identifier::isValid);
            Instant from = moment(item.optional("from", MOMENT_RULE, AlertRules::isMoment));
            Instant until = moment(item.required("until", MOMENT_RULE, AlertRules::isMoment));
            String reason = item.optional(
                    "reason",
                    "a text of at most %s characters".formatted(MAX_REASON_CHARS),
                    text -> text.length() <= MAX_REASON_CHARS);
            if (from != null && until != null && !until.isAfter(from)) {
                item.error("until", "a moment that is not after from", "a later one");
            } else if (until != null) {
                silences.add(new Silence(of, nodes, from, until, reason));
            }
        }
        YamlMap.warnUnknown(items);
        return silences;
    }

    private static boolean isMoment(String text) {
        try {
            OffsetDateTime.parse(text);
            return true;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private static @Nullable Instant moment(@Nullable String text) {
        return text == null ? null : OffsetDateTime.parse(text).toInstant();
    }
}
