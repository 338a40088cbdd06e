package io.distomon.operator.desired;

import io.distomon.operator.keys.SecretText;
import io.distomon.operator.names.ChildMetadata;
import io.distomon.operator.names.ChildNames;
import io.distomon.operator.validate.Network;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;

/**
 * The Secret with the password of a network's nodes, for people. Whoever changes it changes the password. One that somebody
 * gives is a {@link GivenSecret}.
 */
public final class LoginSecret implements ChildKind<Secret> {
    /** The row in {@link ChildKinds}. */
    public static final LoginSecret KIND = new LoginSecret();

    /** The entry with the password of the user {@code admin}. */
    public static final String KEY = Network.Auth.LOGIN_KEY;

    private static final int PASSWORD_BYTES = 18;

    private LoginSecret() {}

    @Override
    public Class<Secret> type() {
        return Secret.class;
    }

    @Override
    public List<Secret> wanted(Blueprint of) {
        return of.network().auth().login() == null ? List.of(make(of.network(), of.random())) : List.of();
    }

    @Override
    public Writing<Secret> writing() {
        return new Writing.Once<>();
    }

    /** A Secret with a new password, to be created when there is none of that name. */
    public static Secret make(Network network, SecureRandom random) {
        return make(network, ChildNames.login(network), KEY, PASSWORD_BYTES, random);
    }

    /** Whether the nodes can use it. */
    public static SecretText read(Secret secret) {
        return SecretText.read(secret, KEY);
    }

    static Secret make(Network network, String name, String key, int randomBytes, SecureRandom random) {
        byte[] bytes = new byte[randomBytes];
        random.nextBytes(bytes);
        return new SecretBuilder()
                .withMetadata(ChildMetadata.owned(network, name, ChildMetadata.labels(network)))
                .withType(SecretText.TYPE)
                .withData(SecretText.data(
                        key, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)))
                .build();
    }
}
