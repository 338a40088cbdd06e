package io.distomon.operator.reconcile;

import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.Verifier;
import io.distomon.operator.desired.AlertFiles;
import io.distomon.operator.desired.GitSecret;
import io.distomon.operator.desired.JwtSecret;
import io.distomon.operator.keys.Given;
import io.distomon.operator.keys.SecretText;
import io.distomon.operator.names.ChildNames;
import io.distomon.operator.status.Obstacle;
import io.distomon.operator.validate.Alerts;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.SecretEntry;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The Secrets of others that one network refers to. Each is read by its name, every now and then, and nothing else of its
 * namespace: a watch would have all Secrets there in memory, or be one connection for each. Made for one pass.
 */
final class References {
    /** For how long what was read counts, and when to look again. */
    static final Duration REREAD = Duration.ofSeconds(10);

    /** Longer than what any entry may have, in characters of at most four bytes. */
    private static final int MOST_BASE64_CHARS = 4 * (4 * SecretText.MAX_LIST_CHARS / 3 + 4);

    private final Network network;
    private final Function<String, @Nullable Secret> secrets;
    private final Function<String, @Nullable Secret> copies;
    private final Remembered remembered;
    private final Obstacles obstacles;
    private final long nowNanos;
    private final Map<String, Set<String>> entries;
    private final Set<String> unread = new HashSet<>();

    /**
     * @param secrets reads what the network's namespace has under a name
     * @param copies what the network has of its own under a name
     */
    References(
            Network network,
            Function<String, @Nullable Secret> secrets,
            Function<String, @Nullable Secret> copies,
            Remembered remembered,
            Obstacles obstacles,
            long nowNanos) {
        this.network = network;
        this.secrets = secrets;
        this.copies = copies;
        this.remembered = remembered;
        this.obstacles = obstacles;
        this.nowNanos = nowNanos;
        this.entries = network.references().stream()
                .collect(Collectors.groupingBy(
                        SecretEntry::secretName, Collectors.mapping(SecretEntry::key, Collectors.toSet())));
        remembered.keepReferences(entries.keySet());
    }

    /**
     * The key that somebody gives a node; null when it is not known what is there.
     *
     * @param owners who has which key
     */
    @Nullable
    Given<Signer> key(String nodeId, SecretEntry entry, Map<Verifier, String> owners) {
        return key(nodeId, entry, read(entry.secretName()), owners);
    }

    /** The same, past what was read a moment ago: whoever takes a key away for good may have changed it since. */
    @Nullable
    Given<Signer> keyNow(String nodeId, SecretEntry entry, Map<Verifier, String> owners) {
        return key(nodeId, entry, readNow(entry.secretName()), owners);
    }

    private @Nullable Given<Signer> key(
            String nodeId, SecretEntry entry, Remembered.@Nullable ReadReference found, Map<Verifier, String> owners) {
        return found == null ? null : Given.key(network, nodeId, entry, found.secret(), owners);
    }

    /** The password that somebody gives; null when nobody does, or it can't be used, which is noted. */
    io.distomon.core.config.@Nullable Secret login() {
        return text("auth.loginSecretRef", network.auth().login(), SecretText::read, ChildNames.login(network));
    }

    /** What somebody gives to sign tokens with; null as above. */
    io.distomon.core.config.@Nullable Secret jwt() {
        return text("auth.jwtSecretRef", network.auth().jwt(), JwtSecret::read, ChildNames.jwt(network));
    }

    /**
     * What opens the network's repository, by entry: what somebody gives, or while that can't be used, which is noted, the
     * copy, if it is of the same Secret and for the same server.
     */
    Map<String, io.distomon.core.config.Secret> git() {
        Network.Git git = network.git();
        if (git == null || git.credentials() == null) {
            return Map.of();
        }
        String copyName = ChildNames.git(network);
        Secret copy = copies.apply(copyName);
        Map<String, io.distomon.core.config.Secret> entries = new HashMap<>();
        if (copy != null && GitSecret.isFor(copy, git)) {
            git.entries().forEach(entry -> {
                if (SecretText.read(copy, entry, SecretText.MAX_LIST_CHARS)
                        instanceof SecretText.Usable(io.distomon.core.config.Secret text)) {
                    entries.put(entry, text);
                }
            });
        }
        return switch (credentials(git, git.credentials())) {
            case Given.Usable<Map<String, io.distomon.core.config.Secret>>(var given) -> given;
            case Given.Unusable<Map<String, io.distomon.core.config.Secret>> unusable -> {
                note(
                        unusable,
                        entries.isEmpty()
                                ? "; what runs goes on as it is"
                                : "; the nodes go on with what Secret %s has".formatted(copyName));
                yield entries;
            }
            case null -> entries;
        };
    }

    /** Null as for a key. */
    private @Nullable Given<Map<String, io.distomon.core.config.Secret>> credentials(
            Network.Git git, String secretName) {
        Remembered.ReadReference found = read(secretName);
        return found == null ? null : Given.credentials(network, git, secretName, found.secret());
    }

    /**
     * By what the receivers of alerts are reached, and what is signed with for them, by {@link AlertFiles}: of each what
     * somebody gives, or while not all of that can be used, which is noted, all that the nodes have of it, if it is of the same
     * entries. So no URL is told what is signed with another one's key. Nothing else waits for it.
     */
    Map<String, io.distomon.core.config.Secret> alerts() {
        Map<String, io.distomon.core.config.Secret> files = new HashMap<>();
        if (network.alerts() != null) {
            Secret config = copies.apply(ChildNames.config(network));
            network.alerts().receivers().forEach(receiver -> files.putAll(alert(receiver, config)));
        }
        return files;
    }

    private Map<String, io.distomon.core.config.Secret> alert(Alerts.Receiver receiver, @Nullable Secret config) {
        Map<String, io.distomon.core.config.Secret> given = new HashMap<>();
        List<Given.Unusable<?>> unusable = new ArrayList<>();
        for (AlertFiles.Source source : AlertFiles.sources(receiver)) {
            Remembered.ReadReference found = read(source.entry().secretName());
            String field = source.field() + " of receiver " + receiver.name();
            switch (found == null
                    ? null
                    : Given.text(network, field, source.entry(), found.secret(), source.reader())) {
                case Given.Usable<io.distomon.core.config.Secret>(io.distomon.core.config.Secret value) ->
                    given.put(source.file(), value);
                case Given.Unusable<io.distomon.core.config.Secret> one -> unusable.add(one);
                case null -> {}
            }
        }
        boolean isWhole = given.size() == AlertFiles.sources(receiver).size();
        Map<String, io.distomon.core.config.Secret> used =
                isWhole ? given : config == null ? Map.of() : AlertFiles.copies(config, receiver);
        String meanwhile = used.isEmpty()
                ? "; until it is there, this receiver is told of nothing"
                : "; the nodes go on with what they have";
        unusable.forEach(one -> obstacles.add(
                one.isMissing() ? Obstacle.Reason.ReceiverSecretMissing : Obstacle.Reason.ReceiverSecretUnusable,
                one.message() + meanwhile));
        return used;
    }

    /** Tells people. */
    void note(Given.Unusable<?> unusable, String meanwhile) {
        obstacles.add(
                unusable.isMissing() ? Obstacle.Reason.SecretMissing : Obstacle.Reason.SecretUnusable,
                unusable.message() + meanwhile);
    }

    private io.distomon.core.config.@Nullable Secret text(
            String field, @Nullable SecretEntry entry, BiFunction<Secret, String, SecretText> reader, String copy) {
        Remembered.ReadReference found = entry == null ? null : read(entry.secretName());
        if (entry == null || found == null) {
            return null;
        }
        return switch (Given.text(network, field, entry, found.secret(), reader)) {
            case Given.Usable<io.distomon.core.config.Secret>(io.distomon.core.config.Secret value) -> value;
            case Given.Unusable<io.distomon.core.config.Secret> unusable -> {
                note(
                        unusable,
                        copies.apply(copy) != null ? "; the nodes go on with what Secret %s has".formatted(copy) : "");
                yield null;
            }
        };
    }

    /** As it is, or was a moment ago, or was last while the API can't be asked. */
    private Remembered.@Nullable ReadReference read(String name) {
        Remembered.ReadReference known = remembered.reference(name);
        Remembered.ReadReference last = known != null && known.entries().containsAll(entries(name)) ? known : null;
        if (last != null && nowNanos - last.nanos() < REREAD.toNanos()) {
            return last;
        }
        Remembered.ReadReference now = readNow(name);
        return now == null ? last : now;
    }

    /** What the network refers to in one of them. */
    private Set<String> entries(String secretName) {
        return entries.getOrDefault(secretName, Set.of());
    }

    /** As it is in this pass; null when the API can't be asked, which a pass tries once. */
    private Remembered.@Nullable ReadReference readNow(String name) {
        Remembered.ReadReference last = remembered.reference(name);
        if (last != null && last.nanos() == nowNanos) {
            return last;
        }
        if (unread.contains(name)) {
            return null;
        }
        try {
            Remembered.ReadReference read =
                    new Remembered.ReadReference(wanted(secrets.apply(name)), entries(name), nowNanos);
            remembered.wasRead(name, read);
            return read;
        } catch (KubernetesClientException e) {
            unread.add(name);
            obstacles.failed("Reading Secret " + name, e);
            return null;
        }
    }

    /** Of a Secret of somebody else's nothing is kept but what the network refers to, and not more than is taken of it. */
    private @Nullable Secret wanted(@Nullable Secret read) {
        if (read == null) {
            return null;
        }
        String name = read.getMetadata().getName();
        Map<String, String> data = new HashMap<>();
        entries(name).forEach(entry -> {
            String base64 = Objects.requireNonNullElse(read.getData(), Map.<String, String>of())
                    .get(entry);
            if (base64 != null) {
                data.put(entry, base64.substring(0, Math.min(base64.length(), MOST_BASE64_CHARS)));
            }
        });
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace(read.getMetadata().getNamespace())
                .withName(name)
                .withLabels(read.getMetadata().getLabels())
                .endMetadata()
                .withData(data)
                .build();
    }
}
