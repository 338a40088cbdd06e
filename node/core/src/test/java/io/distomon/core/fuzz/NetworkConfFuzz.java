package io.distomon.core.fuzz;

import io.distomon.core.config.ConfigException;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.config.NetworkFiles;
import io.distomon.core.config.NetworkWriter;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Anything as a network's {@code config.yml}. */
public final class NetworkConfFuzz {
    private static final ConfigPlace PLACE = new ConfigPlace("networks/lab/config.yml");
    private static final ConfigPlace BACK = new ConfigPlace("networks/lab/config.yml");

    private NetworkConfFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        takes(input);
    }

    /** Whether it is taken; it is refused otherwise. */
    static boolean takes(byte[] input) {
        PLACE.put(input);
        try {
            NetworkConfig config = PLACE.reader().network(ConfigPlace.LAB, PLACE.files());
            ConfigPlace.judge(config.warnings());
            readBack(config);
            return true;
        } catch (ConfigException e) {
            ConfigPlace.judge(e);
            return false;
        }
    }

    /** What we write of it says the same. */
    private static void readBack(NetworkConfig config) throws ConfigException {
        String yaml = NetworkWriter.shared(config.networkId(), config.members(), config.keys(), config.topology())
                .get(NetworkFiles.CONFIG);
        BACK.put(Objects.requireNonNull(yaml).getBytes(StandardCharsets.UTF_8));
        NetworkConfig back = BACK.reader().network(ConfigPlace.LAB, BACK.files());
        if (!back.members().equals(config.members()) || !back.digest().equals(config.digest())) {
            throw new AssertionError("read as %s, written and read again as %s".formatted(config, back));
        }
    }
}
