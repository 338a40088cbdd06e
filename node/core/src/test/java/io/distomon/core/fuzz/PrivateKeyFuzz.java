package io.distomon.core.fuzz;

import io.distomon.core.config.ConfigException;
import io.distomon.core.config.InspectedNetwork;

/** Anything as a file of private keys. */
public final class PrivateKeyFuzz {
    private static final ConfigPlace PLACE = new ConfigPlace(".private_keys/fra_lab.key");

    private PrivateKeyFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        takes(input);
    }

    /** Whether it is taken; it is refused otherwise. */
    static boolean takes(byte[] input) {
        PLACE.put(input);
        try {
            InspectedNetwork network = PLACE.reader().inspect(ConfigPlace.LAB, PLACE.files(), PLACE.privateKeys());
            ConfigPlace.judge(network.config().warnings());
            if (network.signer() == null) {
                throw new AssertionError("neither a key nor a refusal");
            }
            return true;
        } catch (ConfigException e) {
            ConfigPlace.judge(e);
            return false;
        }
    }
}
