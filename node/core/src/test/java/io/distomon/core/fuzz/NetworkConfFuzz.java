package io.distomon.core.fuzz;

import io.distomon.core.config.ConfigException;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.config.NetworkFiles;
import io.distomon.core.config.NetworkWriter;
import io.distomon.core.threshold.Thresholds;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
        String yaml = NetworkWriter.shared(
                        config.networkId(), config.members(), config.keys(), config.topology(), config.thresholds())
                .get(NetworkFiles.CONFIG);
        BACK.put(Objects.requireNonNull(yaml).getBytes(StandardCharsets.UTF_8));
        NetworkConfig back = BACK.reader().network(ConfigPlace.LAB, BACK.files());
        if (!back.members().equals(config.members())
                || !back.digest().equals(config.digest())
                || !shown(back.thresholds()).equals(shown(config.thresholds()))) {
            throw new AssertionError("read as %s, written and read again as %s".formatted(config, back));
        }
    }

    /** With a loss as exactly as it is written, which is less exact than what a file may say. */
    private static List<String> shown(Thresholds thresholds) {
        return thresholds.rules().stream()
                .map(rule -> "%s %s %s %.12f %s %s"
                        .formatted(
                                rule.from(),
                                rule.to(),
                                rule.roundTripMillis(),
                                rule.loss(),
                                rule.jitterMillis(),
                                rule.isHeldAgainstUsual()))
                .toList();
    }
}
