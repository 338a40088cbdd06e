package io.distomon.operator.desired;

import io.distomon.core.config.AlertReceiver;
import io.distomon.core.config.AlertsEntry;
import io.distomon.core.config.NetworkFile;
import io.distomon.core.config.Secret;
import io.distomon.operator.keys.SecretText;
import io.distomon.operator.names.ChildMetadata;
import io.distomon.operator.validate.Alerts;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.SecretEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * By what the receivers of a network's alerts are reached, and what is signed with for them: copies of what somebody gives, as
 * files of {@link ConfigSecret}. That is mounted anyhow, so no pod restarts for them, and a node never sees them without the
 * {@code nodeconf.yml} that they belong to.
 */
public final class AlertFiles {
    private static final String URL = "url";
    private static final String KEY = "key";

    private AlertFiles() {}

    /**
     * Where what one file of a receiver has comes from.
     *
     * @param field of the receiver in the spec
     * @param file in the Secret of all files
     * @param entry of somebody else's Secret
     * @param reader what reads an entry of a Secret as the nodes read a file
     */
    public record Source(
            String field,
            String file,
            SecretEntry entry,
            BiFunction<io.fabric8.kubernetes.api.model.Secret, String, SecretText> reader) {
        private String reference() {
            return "%s=%s/%s".formatted(file, entry.secretName(), entry.key());
        }
    }

    /** All that a receiver needs: its URL, and what is signed with for it if anything is. */
    public static List<Source> sources(Alerts.Receiver receiver) {
        List<Source> sources = new ArrayList<>();
        // Another file for a receiver of another type, which would take nothing where this one is told.
        sources.add(new Source("urlSecretRef", file(receiver, URL), receiver.url(), AlertFiles::readUrl));
        if (receiver.signingKey() != null) {
            sources.add(new Source(
                    "signingSecretRef", file(receiver, KEY), receiver.signingKey(), AlertFiles::readSigningKey));
        }
        return sources;
    }

    /**
     * What the nodes have of a receiver, by file; empty unless that is all that it needs, usable, and of the very entries that
     * it refers to.
     *
     * @param config the Secret of all files, as it was written last
     */
    public static Map<String, Secret> copies(io.fabric8.kubernetes.api.model.Secret config, Alerts.Receiver receiver) {
        List<String> known =
                List.of(ChildMetadata.annotation(config, ChildMetadata.ALERTS).split(" ", -1));
        Map<String, Secret> copies = new HashMap<>();
        for (Source source : sources(receiver)) {
            if (!known.contains(source.reference())
                    || !(source.reader().apply(config, source.file()) instanceof SecretText.Usable(Secret text))) {
                return Map.of();
            }
            copies.put(source.file(), text);
        }
        return copies;
    }

    /** Of which entries the files are that there are, for {@link ChildMetadata#ALERTS}; empty when there are none. */
    static String references(Network network, Map<String, Secret> found) {
        return network.alerts() == null
                ? ""
                : reached(network.alerts(), found).stream()
                        .flatMap(receiver -> sources(receiver).stream())
                        .map(Source::reference)
                        .sorted()
                        .collect(Collectors.joining(" "));
    }

    /** A receiver's URL, as the nodes would read it. */
    public static SecretText readUrl(io.fabric8.kubernetes.api.model.Secret secret, String key) {
        return read(secret, key, AlertReceiver::urlIn);
    }

    /** What messages are signed with, as the nodes would read it. */
    public static SecretText readSigningKey(io.fabric8.kubernetes.api.model.Secret secret, String key) {
        return read(secret, key, AlertReceiver::signingKeyIn);
    }

    /**
     * Who is told. A receiver that has not all that it needs is left out, as a file that names it would be refused, and nothing
     * goes unsigned that is to be signed; null when that leaves nobody.
     *
     * @param found what there is, by file
     */
    static @Nullable AlertsEntry entry(Network network, Map<String, Secret> found) {
        Alerts alerts = network.alerts();
        List<Alerts.Receiver> receivers = alerts == null ? List.of() : reached(alerts, found);
        return alerts == null || receivers.isEmpty()
                ? null
                : new AlertsEntry(
                        receivers.stream()
                                .map(receiver -> new AlertsEntry.Receiver(
                                        receiver.name(),
                                        receiver.type(),
                                        path(network, file(receiver, URL)),
                                        receiver.signingKey() == null ? null : path(network, file(receiver, KEY))))
                                .toList(),
                        alerts.senders(),
                        alerts.grace(),
                        alerts.groupWait(),
                        alerts.slowNodes(),
                        alerts.silences());
    }

    /** The files of those that are told. */
    static Map<String, Secret> files(Network network, Map<String, Secret> found) {
        Map<String, Secret> files = new HashMap<>();
        if (network.alerts() != null) {
            reached(network.alerts(), found)
                    .forEach(receiver -> needed(receiver).forEach(file -> files.put(file, found.get(file))));
        }
        return files;
    }

    private static List<Alerts.Receiver> reached(Alerts alerts, Map<String, Secret> found) {
        return alerts.receivers().stream()
                .filter(receiver -> found.keySet().containsAll(needed(receiver)))
                .toList();
    }

    private static List<String> needed(Alerts.Receiver receiver) {
        return sources(receiver).stream().map(Source::file).toList();
    }

    private static SecretText read(
            io.fabric8.kubernetes.api.model.Secret secret, String key, Function<byte[], NetworkFile> node) {
        return switch (SecretText.read(secret, key)) {
            case SecretText.Unusable unusable -> unusable;
            case SecretText.Usable(Secret value) ->
                SecretText.of(node.apply(value.reveal().getBytes(StandardCharsets.UTF_8)), secret, key);
        };
    }

    private static String path(Network network, String file) {
        return ConfigSecret.directory(network) + "/" + file;
    }

    private static String file(Alerts.Receiver receiver, String what) {
        return "alert-%s-%s.%s".formatted(receiver.type().word(), receiver.name(), what);
    }
}
