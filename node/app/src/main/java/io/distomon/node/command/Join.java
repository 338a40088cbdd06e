package io.distomon.node.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.distomon.core.config.ConfigException;
import io.distomon.core.config.ConfigReader;
import io.distomon.core.config.InspectedNetwork;
import io.distomon.core.config.NetworkFiles;
import io.distomon.core.config.NetworkReader;
import io.distomon.core.config.NetworkSource;
import io.distomon.core.config.PrivateKeys;
import io.distomon.core.topology.Member;
import io.distomon.node.Version;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Puts the files of a network on Kubernetes, as the operator's ConfigMap has them, into the config directory of a node that
 * runs elsewhere. Nothing is written before all of it has been read and is right.
 */
final class Join {
    /** A ConfigMap is at most 1 MiB; as JSON its line ends and quotes take two characters. */
    private static final int MAX_BYTES = 4 << 20;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(MAX_BYTES)
                            .build())
                    .build())
            .build();

    private final Path directory;
    private final String nodeId;
    private final PrintWriter out;

    Join(Path directory, String nodeId, PrintWriter out) {
        this.directory = directory;
        this.nodeId = nodeId;
        this.out = out;
    }

    /** Input that this node can't run with; says why. */
    static final class UnusableInputException extends Exception {
        private static final long serialVersionUID = 1;

        UnusableInputException(String message) {
            super(message);
        }

        static UnusableInputException found(String found) {
            return new UnusableInputException(
                    "found %s, expected what `kubectl get configmap <network>-network -o json` prints"
                            .formatted(found));
        }
    }

    /**
     * Does it.
     *
     * @param input the ConfigMap as JSON
     * @throws ConfigException with every mistake in the files, or when they are not for this node
     */
    void run(InputStream input) throws IOException, UnusableInputException, ConfigException {
        Map<String, String> texts = texts(input);
        NetworkFiles files = NetworkFiles.of("the ConfigMap's ", texts);
        NetworkReader.Content content = NetworkReader.content(files);
        NetworkSource source = new NetworkSource(content.networkId(), nodeId, null);
        ConfigReader reader = new ConfigReader(directory, ConfigReader.NODE_CONF, Version.current());
        InspectedNetwork network = reader.inspect(source, files, new PrivateKeys(directory, new SecureRandom()));
        if (network.signer() == null) {
            throw new UnusableInputException(
                    "the ConfigMap publishes no key of %1$s: `keygen %1$s %2$s` makes one, whose public half belongs into the publicKeys of its spec"
                            .formatted(nodeId, content.networkId()));
        }
        write(directory.resolve("networks").resolve(content.networkId()), texts);
        out.printf(
                "The files of %s with %s members are in %s%n",
                content.networkId(), content.members().size(), "networks/" + content.networkId());
        content.members().stream()
                .filter(member -> !member.nodeId().equals(nodeId) && member.url() != null)
                .forEach(this::tell);
        conf(content.networkId());
    }

    private void tell(Member member) {
        out.printf("  %s at %s%n", member.nodeId(), member.url());
    }

    /** The node's own file, unless it has one. */
    private void conf(String networkId) throws IOException {
        Path file = directory.resolve(ConfigReader.NODE_CONF);
        String own = """
                networks:
                - name: "%s"
                  node_id: "%s"
                  config_type: local
                """.formatted(networkId, nodeId);
        if (Files.exists(file)) {
            out.printf("%s stays as it is; it needs, if it does not have it:%n%s", ConfigReader.NODE_CONF, own);
        } else {
            Files.writeString(file, own);
            out.printf("%s is made. A running node notices what is new; else start it.%n", ConfigReader.NODE_CONF);
        }
    }

    /** Keys first: a member whose key is not there yet would be refused. */
    private static void write(Path network, Map<String, String> texts) throws IOException {
        // Beside a directory of keys those that lie flat don't count.
        Path tree = network.resolve(NetworkFiles.PUBLIC_KEYS);
        Path keys = Files.isDirectory(tree) ? tree : Files.createDirectories(network);
        for (Map.Entry<String, String> file : texts.entrySet()) {
            boolean isConfig = file.getKey().equals(NetworkFiles.CONFIG);
            replace((isConfig ? network : keys).resolve(file.getKey()), file.getValue());
        }
        try (DirectoryStream<Path> found = Files.newDirectoryStream(keys, "*" + NetworkFiles.PUBLIC_KEY)) {
            for (Path key : found) {
                if (!texts.containsKey(key.getFileName().toString())) {
                    Files.delete(key);
                }
            }
        }
    }

    /**
     * The file stays whose it was, and with its mode: who runs the node may be another than who calls this. A running node
     * takes nothing that has not settled.
     */
    private static void replace(Path file, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (!Files.isRegularFile(file) || !Arrays.equals(Files.readAllBytes(file), bytes)) {
            Files.write(file, bytes);
        }
    }

    private static Map<String, String> texts(InputStream input) throws IOException, UnusableInputException {
        byte[] bytes = input.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw UnusableInputException.found("more than " + (MAX_BYTES >> 20) + " MiB");
        }
        JsonNode object;
        try {
            object = JSON.readTree(new String(bytes, StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw UnusableInputException.found("no JSON");
        }
        if (!object.path("kind").asText().equals("ConfigMap")) {
            throw UnusableInputException.found(object.isMissingNode() ? "nothing" : "no ConfigMap");
        }
        // config.yml last.
        Map<String, String> texts = new LinkedHashMap<>();
        object.path("data").properties().stream()
                .sorted(Comparator.comparing(file -> file.getKey().equals(NetworkFiles.CONFIG)))
                .forEach(file -> texts.put(file.getKey(), file.getValue().asText()));
        List<String> others = texts.keySet().stream()
                .filter(name -> !name.equals(NetworkFiles.CONFIG) && !NetworkFiles.isKeyName(name))
                .toList();
        if (!texts.containsKey(NetworkFiles.CONFIG) || !others.isEmpty()) {
            throw UnusableInputException.found("a ConfigMap with "
                    + (texts.isEmpty()
                            ? "no files"
                            : texts.keySet().stream()
                                    .limit(5)
                                    .map(Commands::printable)
                                    .collect(Collectors.joining(", "))));
        }
        return texts;
    }
}
