package io.distomon.operator.keys;

import io.distomon.core.crypto.InvalidKeyException;
import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.tls.Certificates;
import io.distomon.operator.names.ChildMetadata;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.SecretEntry;
import io.fabric8.kubernetes.api.model.Secret;
import java.security.cert.CertificateException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * What somebody gives a network by a Secret of their own.
 *
 * @param <T> what it is when it can be used
 */
public sealed interface Given<T> {
    /** It can be used. */
    record Usable<T>(T value) implements Given<T> {}

    /**
     * It can't.
     *
     * @param isMissing whether the Secret is not there, which may come by itself
     * @param message a sentence that names field, Secret and entry, what was found and what was expected; never what is in it
     */
    record Unusable<T>(boolean isMissing, String message) implements Given<T> {}

    /**
     * The private key of a node.
     *
     * @param found the Secret of that name; null when there is none
     * @param owners who has which key; one of another node's would keep the whole network's config from being written
     */
    static Given<Signer> key(
            Network network, String nodeId, SecretEntry entry, @Nullable Secret found, Map<Verifier, String> owners) {
        String field = "keySecretRef of node " + nodeId;
        return switch (text(network, field, entry, found, SecretText::read)) {
            case Unusable<io.distomon.core.config.Secret>(boolean isMissing, String message) ->
                new Unusable<>(isMissing, message);
            case Usable<io.distomon.core.config.Secret>(io.distomon.core.config.Secret pem) -> {
                String place = field + ": " + SecretText.place(Objects.requireNonNull(found), entry.key());
                try {
                    Signer key = Signer.fromPem(nodeId, pem.reveal());
                    String owner = owners.getOrDefault(key.verifier(), nodeId);
                    yield owner.equals(nodeId)
                            ? new Usable<>(key)
                            : new Unusable<>(
                                    false,
                                    place + "found the key of node %s, expected one of its own".formatted(owner));
                } catch (InvalidKeyException e) {
                    yield new Unusable<>(
                            false,
                            place
                                    + "found no usable key (%s), expected one Ed25519 private key as PEM, PKCS8 or OpenSSH's"
                                            .formatted(e.getMessage()));
                }
            }
        };
    }

    /**
     * What opens a repository, by entry.
     *
     * @param found the Secret of that name; null when there is none
     */
    static Given<Map<String, io.distomon.core.config.Secret>> credentials(
            Network network, Network.Git git, String secretName, @Nullable Secret found) {
        String field = "membership.git.credentialsSecretRef";
        String place = network.owner().namespace() + "/" + secretName;
        String expected = git.isHttp()
                ? "password for an https url, perhaps with username, or ca.crt alone"
                : "ssh-privatekey and known_hosts for an ssh url";
        if (found == null) {
            return new Unusable<>(
                    true, "%s: found no Secret %s, expected one with %s".formatted(field, place, expected));
        }
        Map<String, io.distomon.core.config.Secret> texts = new LinkedHashMap<>();
        for (String entry : git.entries()) {
            if (git.isHttp() && (found.getData() == null || !found.getData().containsKey(entry))) {
                continue;
            }
            switch (text(network, field, new SecretEntry(secretName, entry), found, Given::file)) {
                case Unusable<io.distomon.core.config.Secret>(boolean isMissing, String message) -> {
                    return new Unusable<>(isMissing, message);
                }
                case Usable<io.distomon.core.config.Secret>(io.distomon.core.config.Secret value) ->
                    texts.put(entry, value);
            }
        }
        String lacking = texts.isEmpty()
                ? "none of its entries"
                : texts.containsKey(Network.Git.USERNAME) && !texts.containsKey(Network.Git.PASSWORD)
                        ? "a username without a password"
                        : null;
        return lacking == null
                ? new Usable<>(texts)
                : new Unusable<>(
                        false, "%s: Secret %s: found %s, expected %s".formatted(field, place, lacking, expected));
    }

    /** An entry as the nodes read the file that it becomes. */
    private static SecretText file(Secret secret, String entry) {
        boolean isList = entry.equals(Network.Git.AUTHORITIES) || entry.equals(Network.Git.KNOWN_HOSTS);
        SecretText read = SecretText.read(secret, entry, isList ? SecretText.MAX_LIST_CHARS : SecretText.MAX_CHARS);
        if (entry.equals(Network.Git.AUTHORITIES)
                && read instanceof SecretText.Usable(io.distomon.core.config.Secret pem)) {
            try {
                Certificates.read(pem.reveal());
            } catch (CertificateException e) {
                return new SecretText.Unusable(SecretText.place(secret, entry)
                        + "found no usable certificate (%s), expected certificates as PEM".formatted(e.getMessage()));
            }
        }
        return read;
    }

    /**
     * A text.
     *
     * @param field of the spec that refers to it
     * @param found the Secret of that name; null when there is none
     * @param reader what reads an entry of it
     */
    static Given<io.distomon.core.config.Secret> text(
            Network network,
            String field,
            SecretEntry entry,
            @Nullable Secret found,
            BiFunction<Secret, String, SecretText> reader) {
        if (found == null) {
            return new Unusable<>(
                    true,
                    "%s: found no Secret %s/%s, expected one with the entry %s"
                            .formatted(field, network.owner().namespace(), entry.secretName(), entry.key()));
        }
        if (ChildMetadata.isOperators(found)) {
            // This network's would be replaced, or deleted; another's is not for whoever may write this one.
            return new Unusable<>(
                    false,
                    "%s: found Secret %s/%s, which the operator makes, expected one of yours"
                            .formatted(field, network.owner().namespace(), entry.secretName()));
        }
        return switch (reader.apply(found, entry.key())) {
            case SecretText.Usable(io.distomon.core.config.Secret value) -> new Usable<>(value);
            case SecretText.Unusable(String message) -> new Unusable<>(false, field + ": " + message);
        };
    }
}
