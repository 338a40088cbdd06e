package io.distomon.core.config;

import io.distomon.core.crypto.Signer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;

/** A config directory in the making, for tests. */
record ConfigDirectory(Path path) {
    static final SecureRandom RANDOM = new SecureRandom();

    ConfigDirectory write(String name, String text) throws IOException {
        Path file = path.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return this;
    }

    ConfigDirectory nodeConf() throws IOException {
        return write("nodeconf.yml", """
                networks:
                - {name: lab, node_id: fra, config_type: local}
                login_password: correct horse
                """);
    }

    ConfigDirectory network(String yaml) throws IOException {
        return write("networks/lab/config.yml", yaml);
    }

    /** A new key of {@code id}, published in the tree. */
    Signer publish(String id) throws IOException {
        Signer signer = Signer.generate(id, RANDOM);
        write("networks/lab/pubkeys/" + id + ".pub", signer.verifier().pem());
        return signer;
    }

    ConfigReader reader() {
        return new ConfigReader(path, ConfigReader.NODE_CONF);
    }

    NetworkSource source() {
        return new NetworkSource("lab", "fra", null);
    }

    NetworkConfig readNetwork() throws ConfigException {
        return reader().network(source(), reader().files(source()));
    }

    LoadedNetwork open() throws ConfigException {
        return reader().open(source(), reader().files(source()), new PrivateKeys(path, RANDOM));
    }

    InspectedNetwork inspect() throws ConfigException {
        return reader().inspect(source(), reader().files(source()), new PrivateKeys(path, RANDOM));
    }

    List<String> refusals(Reading reading) throws IOException {
        try {
            reading.read();
            return List.of();
        } catch (ConfigException e) {
            return e.findings().stream().map(Finding::text).toList();
        }
    }

    /** Something that may be refused. */
    interface Reading {
        Object read() throws ConfigException, IOException;
    }
}
