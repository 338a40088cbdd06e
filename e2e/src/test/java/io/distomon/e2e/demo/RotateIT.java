package io.distomon.e2e.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.crypto.Pem;
import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node gets another key. The nodes poll each other seldom enough for a restart on a busy machine to be no outage: whoever
 * is offline, or refused, is so because of its key.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RotateIT {
    private static final int INTERVAL_SECONDS = 10;

    /** So many, each an interval after the other, that a node restarts meanwhile on a machine that is slow. */
    private static final int RETRIES = 5;

    private static final String PEM =
            "-----BEGIN PUBLIC KEY-----\\nMCowBQYDK2VwAyEAhrV4wNR5tbGdvItv/FQx5ulkRQopHTejuIkIRW70dfg=\\n-----END PUBLIC KEY-----\\n";

    @TempDir
    static Path temporary;

    private static DemoRun demo;

    @BeforeAll
    static void start() throws Exception {
        Path file = DemoRun.file(
                temporary,
                INTERVAL_SECONDS,
                RETRIES,
                "[{id: ams}, {id: fra}, {id: out, type: External, url: 'https://out.example', publicKeys: [\"%s\"]}]"
                        .formatted(PEM));
        demo = DemoRun.start(temporary, file.toString()).awaitTable();
    }

    @AfterAll
    static void quit() throws Exception {
        try (DemoRun ending = demo) {
            ending.type("quit");
            assertThat(ending.exitCode()).isZero();
            assertThat(ending.directories()).isEmpty();
        }
    }

    @Test
    @Order(1)
    void aNodeGoesFromKeyToKeyByOneRestartAndNobodyTakesItForGoneOrRefusesIt() throws Exception {
        Verifier before = privateKey("fra");
        assertThat(published("ams", "fra")).containsExactly(before);
        List<ProcessHandle> processes = demo.children();
        int mark = demo.mark();

        demo.command(
                "rotate fra",
                "^fra signs with key 2, and no node knows another of it; fra is Online: .* \\(after \\d+\\.\\d s\\)$");

        Verifier after = privateKey("fra");
        assertThat(after).isNotEqualTo(before);
        for (String node : List.of("ams", "fra", "out")) {
            assertThat(published(node, "fra")).as(node).containsExactly(after);
        }
        assertThat(processes).filteredOn(process -> !process.isAlive()).hasSize(1);
        assertThat(demo.children()).hasSameSizeAs(processes);
        assertThat(demo.output().substring(mark))
                .containsSubsequence(
                        "fra has made another key known", "fra goes over to key 2", "fra is known by one key again")
                .contains("set keyGeneration of fra to 2")
                .doesNotContain("Offline", "Refused", "broken");
    }

    @Test
    @Order(2)
    void theNextTimeItIsTheNextKey() throws Exception {
        Verifier before = privateKey("fra");

        demo.command("rotate fra", "^fra signs with key 3, ");

        assertThat(published("ams", "fra")).containsExactly(privateKey("fra")).doesNotContain(before);
    }

    @Test
    @Order(3)
    void aNodeElsewhereMakesItsKeysItself() throws Exception {
        demo.command(
                "rotate out",
                "spec.nodes\\[2\\].keyGeneration: keyGeneration is not for External nodes, the key of \"out\"");
    }

    @Test
    @Order(4)
    void aNodeThatIsSilentIsWaitedFor() throws Exception {
        Verifier before = privateKey("fra");
        demo.type("freeze out");
        demo.await("^froze out", 0);

        demo.command("rotate fra", "^fra restarts with it when all others have it; nothing is heard of out$");

        demo.command("", "^keys   fra changes from key 3 to key 4 when all others have it: ");
        assertThat(published("ams", "fra")).hasSize(2).startsWith(before);
        assertThat(privateKey("fra")).isEqualTo(before);

        int mark = demo.mark();
        demo.type("thaw out");
        demo.await("fra is known by one key again", mark);
        assertThat(published("ams", "fra")).containsExactly(privateKey("fra")).doesNotContain(before);
    }

    /** The public half of what a node has mounted as its own. */
    private static Verifier privateKey(String node) throws Exception {
        return Signer.fromPem(node, Files.readString(node(node).resolve(".private_keys/%s_lab.key".formatted(node))))
                .verifier();
    }

    /** What one node has mounted as the keys of another. */
    private static List<Verifier> published(String node, String of) throws Exception {
        return Pem.publicKeys(Files.readString(node(node).resolve("networks/lab/%s.pub".formatted(of))));
    }

    private static Path node(String id) throws IOException {
        return demo.directories().getFirst().resolve("nodes").resolve(id);
    }
}
