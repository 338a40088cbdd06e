package io.distomon.core.fuzz;

import io.distomon.core.config.ConfigException;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.crypto.Pem;
import io.distomon.core.crypto.Verifier;
import java.util.List;

/** Anything as a file of public keys. */
public final class PublicKeyFuzz {
    private static final ConfigPlace PLACE = new ConfigPlace("networks/lab/pubkeys/fra.pub");

    private PublicKeyFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        takes(input);
    }

    /** Whether it is taken; it is refused otherwise. */
    static boolean takes(byte[] input) {
        PLACE.put(input);
        try {
            NetworkConfig config = PLACE.reader().network(ConfigPlace.LAB, PLACE.files());
            ConfigPlace.judge(config.warnings());
            List<Verifier> keys = config.keys().of("fra");
            if (keys.isEmpty() || keys.size() > Pem.MAX_KEYS) {
                throw new AssertionError("taken with %d keys".formatted(keys.size()));
            }
            return true;
        } catch (ConfigException e) {
            ConfigPlace.judge(e);
            return false;
        }
    }
}
