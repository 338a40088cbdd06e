package io.distomon.operator.desired;

import io.distomon.operator.keys.SecretText;
import io.distomon.operator.names.ChildMetadata;
import io.distomon.operator.names.ChildNames;
import io.distomon.operator.validate.Network;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Copies of what somebody gives for the login and the tokens, in the place of {@link LoginSecret} and {@link JwtSecret}. So
 * whatever mounts these goes on when the spec refers to something else, and when that is missing for a while.
 */
public final class GivenSecret implements ChildKind<Secret> {
    /** The row in {@link ChildKinds}. */
    public static final GivenSecret KIND = new GivenSecret();

    private GivenSecret() {}

    @Override
    public Class<Secret> type() {
        return Secret.class;
    }

    /** None of what can't be used now: the last copy stays. */
    @Override
    public List<Secret> wanted(Blueprint of) {
        Network network = of.network();
        List<Secret> copies = new ArrayList<>();
        copy(network, ChildNames.login(network), LoginSecret.KEY, of.login(), copies);
        copy(network, ChildNames.jwt(network), JwtSecret.KEY, of.jwt(), copies);
        return copies;
    }

    @Override
    public Writing<Secret> writing() {
        return Writing.Whole.ofSecret();
    }

    private static void copy(
            Network network,
            String name,
            String key,
            io.distomon.core.config.@Nullable Secret text,
            List<Secret> copies) {
        if (text != null) {
            copies.add(new SecretBuilder()
                    .withMetadata(ChildMetadata.owned(network, name, ChildMetadata.labels(network)))
                    .withType(SecretText.TYPE)
                    .withData(SecretText.data(key, text.reveal()))
                    .build());
        }
    }
}
