package io.distomon.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.distomon.core.crypto.Pem;
import io.distomon.node.command.Commands;
import io.distomon.node.git.Upstream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two networks of the original as their repositories have them, names and addresses changed: in the one, machines of one
 * owner have one key. We take the place of a member, for which one needs a private key.
 */
class RealNetworksTest {
    @TempDir
    Path root;

    @Test
    void manyMachinesOfOneOwnerComeUpWithNoMoreThanWarnings() throws Exception {
        NetworkOnDisk ours = new NetworkOnDisk(root, "site-05");
        Map<String, String> files = files("many-machines-one-owner");
        String pem = ours.signer("site-05").verifier().pem();
        files.put("pubkeys/site-05.pub", pem);
        files.put("pubkeys/site-04.pub", pem);

        List<String> warnings = warnings(ours, "site-05", files);

        assertThat(warnings)
                .filteredOn(warning -> warning.contains("one public key"))
                .containsExactly(
                        "lab/pubkeys/home-03.pub: home-03, site-07 and site-08 have one public key"
                                + " (%s): who has its private half can sign as each of them"
                                        .formatted(fingerprint(files, "home-03")),
                        "lab/pubkeys/site-04.pub: site-04 and site-05 have one public key"
                                + " (%s): who has its private half can sign as each of them"
                                        .formatted(fingerprint(files, "site-05")));
        assertThat(warnings)
                .anyMatch(warning -> warning.contains("site-04 has a url with the scheme \"grpcs\""))
                .anyMatch(warning -> warning.contains("home-03 has no url"))
                .anyMatch(warning -> warning.contains("the network is meant for \">=4.0.0-beta.7, <5.0.0\""))
                .anyMatch(warning -> warning.contains("unknown key \"rebroadcasts\""))
                .anyMatch(warning -> warning.contains("unknown key \"cluster\""));
    }

    @Test
    void threeInPublicComeUpWithNoMoreThanWarnings() throws Exception {
        NetworkOnDisk ours = new NetworkOnDisk(root, "site-01");
        Map<String, String> files = files("three-in-public");
        files.put("pubkeys/site-01.pub", ours.signer("site-01").verifier().pem());
        // Tests ask nobody outside of this machine, not even for a name.
        files.computeIfPresent("config.yml", (name, text) -> text.replaceAll("node[0-9].example.net", "127.0.0.1"));

        assertThat(warnings(ours, "site-01", files))
                .singleElement()
                .asString()
                .contains("the network is meant for \">=3.1.0, <4.0.0\"");
    }

    /** Of {@code check}, which must find nothing else, and the same of {@code /info} of the node that has started. */
    private List<String> warnings(NetworkOnDisk ours, String nodeId, Map<String, String> files) throws Exception {
        try (Upstream upstream = new Upstream(root.resolve("upstream"))) {
            upstream.commit(files);
            Files.writeString(ours.directory(nodeId).resolve("nodeconf.yml"), """
                    networks:
                    - {name: lab, node_id: %s, config_type: github, git_repo: '%s', git_branch: main}
                    login_password_file: password
                    jwt_secret_file: jwt
                    """.formatted(nodeId, upstream.url()));
            StringWriter out = new StringWriter();
            PrintWriter printed = new PrintWriter(out);
            assertThat(Commands.execute(
                            printed, printed, "check", ours.directory(nodeId).toString()))
                    .as(out.toString())
                    .isZero();
            try (Node node = Node.start(ours.properties(nodeId));
                    ApiClient api = new ApiClient(ours.apiPort(nodeId))) {
                assertThat(node.api().getPort()).isEqualTo(ours.apiPort(nodeId));
                JsonNode network = ApiClient.json(api.get("/info", api.token()))
                        .get("networks")
                        .get(0);
                assertThat(network.get("config").get("error").isNull()).isTrue();
                List<String> warnings = new ArrayList<>();
                network.get("warnings").forEach(warning -> warnings.add(warning.asText()));
                assertThat(out.toString().lines().filter(line -> line.startsWith("warning: ")))
                        .containsExactlyElementsOf(warnings.stream()
                                .map(warning -> "warning: " + warning)
                                .toList());
                return warnings;
            }
        }
    }

    private static String fingerprint(Map<String, String> files, String nodeId) throws Exception {
        String pem = Objects.requireNonNull(files.get("pubkeys/" + nodeId + ".pub"));
        return Pem.publicKeys(pem).getFirst().fingerprint();
    }

    private static Map<String, String> files(String network) throws IOException {
        Path directory =
                Path.of(URI.create(Objects.requireNonNull(RealNetworksTest.class.getResource("/real/" + network))
                        .toString()));
        Map<String, String> files = new LinkedHashMap<>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(directory.relativize(file).toString(), Files.readString(file));
            }
        }
        return files;
    }
}
