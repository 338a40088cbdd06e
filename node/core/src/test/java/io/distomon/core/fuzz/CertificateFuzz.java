package io.distomon.core.fuzz;

import io.distomon.core.config.ConfigException;
import io.distomon.core.config.GitSource;
import java.util.Objects;

/** Anything as a file of certificates. */
public final class CertificateFuzz {
    private static final ConfigPlace PLACE = new ConfigPlace("ca.pem", """
            networks:
            - {name: lab, node_id: fra, config_type: git, git_repo: "https://git.example.com/lab", git_ca_file: ca.pem}
            """);

    private CertificateFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        takes(input);
    }

    /** Whether it is taken; it is refused otherwise. */
    static boolean takes(byte[] input) {
        PLACE.put(input);
        try {
            GitSource git = Objects.requireNonNull(
                    PLACE.reader().nodeConf().networks().getFirst().git());
            if (git.authorities().isEmpty()) {
                throw new AssertionError("taken without a certificate");
            }
            return true;
        } catch (ConfigException e) {
            ConfigPlace.judge(e);
            return false;
        }
    }
}
