package io.distomon.operator.desired;

import io.distomon.core.config.NetworkFile;
import io.distomon.operator.keys.SecretText;
import io.distomon.operator.names.ChildNames;
import io.distomon.operator.validate.Network;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;

/**
 * The Secret that a network's nodes and the operator sign and verify tokens with (HS256), where nobody gives that: see
 * {@link GivenSecret}.
 */
public final class JwtSecret implements ChildKind<Secret> {
    /** The row in {@link ChildKinds}. */
    public static final JwtSecret KIND = new JwtSecret();

    /** The entry with the key: the bytes of its text, without white space around it. */
    public static final String KEY = Network.Auth.JWT_KEY;

    /** As long as the hash of HS256 (RFC 7518 section 3.2); nodes refuse less. */
    public static final int MIN_BYTES = 32;

    private JwtSecret() {}

    @Override
    public Class<Secret> type() {
        return Secret.class;
    }

    @Override
    public List<Secret> wanted(Blueprint of) {
        return of.network().auth().jwt() == null ? List.of(make(of.network(), of.random())) : List.of();
    }

    @Override
    public Writing<Secret> writing() {
        return new Writing.Once<>();
    }

    /** A Secret with a new key, to be created when there is none of that name. */
    public static Secret make(Network network, SecureRandom random) {
        return LoginSecret.make(network, ChildNames.jwt(network), KEY, MIN_BYTES, random);
    }

    /** The key's text, as the nodes use it. */
    public static SecretText read(Secret secret) {
        return read(secret, KEY);
    }

    /** The same, of another entry. */
    public static SecretText read(Secret secret, String key) {
        return switch (SecretText.read(secret, key)) {
            case SecretText.Unusable unusable -> unusable;
            case SecretText.Usable(io.distomon.core.config.Secret value) -> {
                NetworkFile file = NetworkFile.of(value.reveal().strip().getBytes(StandardCharsets.UTF_8));
                yield file instanceof NetworkFile.Text(String text)
                                && text.getBytes(StandardCharsets.UTF_8).length < MIN_BYTES
                        ? new SecretText.Unusable(SecretText.place(secret, key)
                                + "found a shorter text, expected at least %s bytes".formatted(MIN_BYTES))
                        : SecretText.of(file, secret, key);
            }
        };
    }
}
