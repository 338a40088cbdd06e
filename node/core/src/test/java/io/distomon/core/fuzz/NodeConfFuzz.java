package io.distomon.core.fuzz;

import io.distomon.core.config.ConfigException;
import io.distomon.core.config.NodeConf;

/** Anything as {@code nodeconf.yml}. */
public final class NodeConfFuzz {
    private static final ConfigPlace PLACE = new ConfigPlace("nodeconf.yml");

    private NodeConfFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        takes(input);
    }

    /** Whether it is taken; it is refused otherwise. */
    static boolean takes(byte[] input) {
        PLACE.put(input);
        try {
            NodeConf conf = PLACE.reader().nodeConf();
            ConfigPlace.judge(conf.warnings());
            return true;
        } catch (ConfigException e) {
            ConfigPlace.judge(e);
            return false;
        }
    }
}
