package io.distomon.operator.desired;

import io.distomon.core.config.AlertReceiver;
import io.distomon.core.config.AlertsEntry;
import io.distomon.core.config.NetworkFile;
import io.distomon.core.config.Secret;
import io.distomon.operator.keys.SecretText;
import io.distomon.operator.validate.Alerts;
import io.distomon.operator.validate.Network;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * By what the receivers of a network's alerts are reached, and what is signed with for them: copies of what somebody gives, as
 * files of {@link ConfigSecret}. That is mounted anyhow, so no pod restarts for them, and a node never sees them without the
 * {@code nodeconf.yml} that they belong to.
 */
public final class AlertFiles {
    private AlertFiles() {}

    /** The file with a receiver's URL; another one for a receiver of another type, which would take nothing there. */
    public static String url(Alerts.Receiver receiver) {
        return file(receiver, "url");
    }

    /** The file with what messages to a receiver are signed with. */
    public static String signingKey(Alerts.Receiver receiver) {
        return file(receiver, "key");
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
                                        path(network, url(receiver)),
                                        receiver.signingKey() == null ? null : path(network, signingKey(receiver))))
                                .toList(),
                        alerts.senders(),
                        alerts.grace(),
                        alerts.groupWait(),
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
        List<String> files = new ArrayList<>(List.of(url(receiver)));
        if (receiver.signingKey() != null) {
            files.add(signingKey(receiver));
        }
        return files;
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
