package io.distomon.e2e.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.crypto.Pem;
import io.distomon.e2e.demo.git.Clone;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The sample whose members a repository names, as the README has one play it: what changes is a commit that the nodes fetch. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GitIT {
    private static final String TAKEN = "\\(after \\d+\\.\\d s\\)$";

    @TempDir
    static Path temporary;

    private static DemoRun demo;
    private static String url;

    @BeforeAll
    static void start() throws Exception {
        demo = DemoRun.start(
                        temporary, DemoRun.HOME.resolve("e2e/samples/git.yaml").toString())
                .awaitTable();
        url = demo.await("^(http://127.*/lab.git): the repository, played, ", 0).group(1);
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
    void theNodesRunWithTheFirstCommit() throws Exception {
        assertThat(demo.output())
                .containsPattern("\n[0-9:]{8} commit [0-9a-f]{12}: add fra, ams\n")
                .containsPattern("\nlab    True    True   2/2      \\d+s +2           2         Ready\n");
        Clone clone = Clone.of(url);
        assertThat(clone.messages()).containsExactly("add fra, ams");
        assertThat(clone.files()).containsOnlyKeys("config.yml", "pubkeys/fra.pub", "pubkeys/ams.pub");
    }

    @Test
    @Order(2)
    void aNodeJoinsAndLeavesByACommitEach() throws Exception {
        List<Long> before = pids();

        demo.command("add rio", "^rio is Online: .*" + TAKEN);

        assertThat(pids()).containsAll(before);
        assertThat(Clone.of(url).messages()).containsExactly("add rio", "add fra, ams");
        demo.command("remove rio", "^2 members, none of them knows rio any more " + TAKEN);
        Clone clone = Clone.of(url);
        assertThat(clone.messages()).containsExactly("remove rio", "add rio", "add fra, ams");
        assertThat(clone.files()).containsOnlyKeys("config.yml", "pubkeys/fra.pub", "pubkeys/ams.pub");
        assertThat(demo.output()).containsPattern("\n[0-9:]{8} commit [0-9a-f]{12}: remove rio\n");
    }

    @Test
    @Order(3)
    void aNodeGetsAnotherKeyByTwoCommits() throws Exception {
        String before = key();

        demo.command("rotate fra", "^fra signs with key 2, and no node knows another of it; fra is Online: .*" + TAKEN);

        assertThat(Pem.publicKeys(key())).hasSize(1).isNotEqualTo(Pem.publicKeys(before));
        assertThat(Clone.of(url).messages())
                .startsWith("withdraw a key of fra", "publish another key of fra", "remove rio");
    }

    private static String key() throws Exception {
        return Objects.requireNonNull(Clone.of(url).files().get("pubkeys/fra.pub"));
    }

    private static List<Long> pids() {
        return demo.children().stream().map(ProcessHandle::pid).sorted().toList();
    }
}
