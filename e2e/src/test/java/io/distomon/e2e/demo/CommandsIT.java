package io.distomon.e2e.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command, as a line on standard input. One network for all tests; each leaves it as it was. */
class CommandsIT {
    private static final String TAKEN = "\\(after \\d+\\.\\d s\\)$";
    private static final String PEM =
            "-----BEGIN PUBLIC KEY-----\\nMCowBQYDK2VwAyEAhrV4wNR5tbGdvItv/FQx5ulkRQopHTejuIkIRW70dfg=\\n-----END PUBLIC KEY-----\\n";

    private static final String ALERTS = """

              alerts:
                grace: 1
                groupWait: 0
                receivers:
                - {name: pager, type: Webhook, urlSecretRef: {name: hooks}, signingSecretRef: {name: hooks}}
                - {name: chat, type: Slack, urlSecretRef: {name: hooks, key: chat}}
                - {name: forum, type: Discord, urlSecretRef: {name: hooks, key: forum}}
                - {name: am, type: Alertmanager, urlSecretRef: {name: hooks, key: am}}\
            """;

    @TempDir
    static Path temporary;

    private static DemoRun demo;

    @BeforeAll
    static void start() throws Exception {
        Path file = DemoRun.file(
                temporary,
                "[{id: ams}, {id: fra}, {id: nyc}, {id: Far.Away, type: External, url: 'https://far.example', publicKeys: [\"%s\"]}]%s"
                        .formatted(PEM, ALERTS));
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
    void theTableIsTheOneOfKubectlAndEveryNodeHasALineInWords() {
        assertThat(demo.output())
                .contains("Far.Away: External, played here too, at an address and with a key of the demo's")
                .contains("NAME   READY   MESH   ONLINE   AGE")
                .containsPattern("\nlab    True    True   4/4      \\d+s +3           3         Ready\n")
                .containsPattern(
                        "\nams       Online   · 3 of 3 .* · since \\d\\d:\\d\\d:\\d\\d  127\\.0\\.0\\.1:\\d+\n")
                .containsPattern("\nFar.Away  Online   · 3 of 3 ")
                .contains("\npager, chat, forum, am: played by the demo, which shows what they are told\n")
                .containsPattern("\npage   http://127\\.0\\.0\\.1:\\d+/ in a browser; any other node has it too\n")
                .containsPattern("\nlogin  admin, password in .*/password\n")
                .contains("\ntype   kill|freeze|thaw|start|add|remove|rotate|open ID, cut A B, ")
                .doesNotContain("\u001b");
        assertThat(demo.output().lines().takeWhile(line -> !line.startsWith("type")))
                .filteredOn(line -> !line.startsWith("login"))
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    }

    @Test
    void aKilledNodeIsOfflineWithWitnessesUntilItIsStarted() throws Exception {
        assertThat(demo.command("kill nyc", "^nyc is Offline: .* " + TAKEN).group())
                .matches("nyc is Offline: 3 of 3 observers, since \\d\\d:\\d\\d:\\d\\d .*");
        demo.await("^nyc       Offline  · 3 of 3 observers .* not running$", 0);
        demo.command("kill nyc", "^nyc does not run; start nyc starts it$");

        demo.command("start nyc", "^nyc is Online: .*" + TAKEN);

        demo.command("start nyc", "^nyc runs already$");
        awaitWhole();
    }

    @Test
    void whatReceiversAreToldIsShownInWords() throws Exception {
        int mark = demo.mark();
        demo.command("kill fra", "^fra is Offline: .*" + TAKEN);

        String down = "fra is down: 3 of 3 observers say so since \\d\\d:\\d\\d UTC";
        demo.await("^[0-9:]{8} pager: " + down + " \\(signed, from ams\\)$", mark);
        demo.await("^[0-9:]{8} chat: \\[lab\\] " + down + " \\(not signed\\)$", mark);
        demo.await("^[0-9:]{8} forum: \\[lab\\] " + down + " \\(not signed\\)$", mark);
        demo.await("^[0-9:]{8} am: " + down + " \\(not signed, from ams\\)$", mark);

        mark = demo.mark();
        demo.command("start fra", "^fra is Online: .*" + TAKEN);
        demo.await("^[0-9:]{8} pager: fra is no longer down, after .* \\(signed, from ams\\)$", mark);
        awaitWhole();
    }

    @Test
    void aFrozenNodeIsOfflineUntilItGoesOn() throws Exception {
        demo.command("freeze fra", "^fra is Offline: 3 of 3 observers, .*" + TAKEN);
        demo.command("freeze fra", "^fra is frozen already");
        demo.command("start fra", "^fra runs already, but is frozen$");

        demo.command("thaw fra", "^fra is Online: .*" + TAKEN);

        demo.command("thaw fra", "^fra is not frozen$");
        awaitWhole();
    }

    @Test
    void aCutLinkIsDownBothWaysAndNoNodeIsOffline() throws Exception {
        demo.command("cut ams nyc", "^ams>nyc Down, nyc>ams Down; ams is Online, nyc is Online " + TAKEN);
        demo.await("^cut    ams>nyc, nyc>ams \\(by you\\)$", 0);

        demo.command("join ams nyc", "^ams>nyc works, nyc>ams works; ams is .*" + TAKEN);
        awaitWhole();
    }

    @Test
    void aLinkCanBeCutOneWay() throws Exception {
        demo.command("cut ams>Far.Away", "^ams>Far.Away Down; ams is Online, Far.Away is Online " + TAKEN);

        demo.command("join ams > Far.Away", "^ams>Far.Away works; .*" + TAKEN);
        awaitWhole();
    }

    @Test
    void aNodeJoinsAndLeavesWithoutARestartOfTheOthers() throws Exception {
        List<Long> before = pids();

        demo.command("add lon", "^lon is Online: .*" + TAKEN);

        assertThat(pids()).containsAll(before).hasSize(before.size() + 1);
        demo.command("remove lon", "^4 members, none of them knows lon any more " + TAKEN);
        await().atMost(DemoRun.LONG).until(() -> pids().equals(before));
        awaitWhole();
    }

    @Test
    void aChangeThatTheSchemaOrTheRulesRefuseChangesNothing() throws Exception {
        demo.command("add fra", "lab.yaml:\\d+: spec.nodes\\[4\\].id: found \"fra\" a second time");
        demo.command("add Lon", "lab.yaml:\\d+: spec.nodes\\[4\\].id: \"Lon\" is no id for a Managed node");
        demo.command("remove lon", "^found no node \"lon\", expected one of: ams, fra, nyc, Far.Away$");
    }

    @Test
    void openGivesAnAddressAndALineThatAsksIt() throws Exception {
        Matcher line = demo.command("open fra", "^curl .*$");
        assertThat(demo.output()).containsPattern("fra answers at http://127.0.0.1:\\d+ \\(/info, /view/lab, ");

        Process curl = new ProcessBuilder("/bin/sh", "-c", line.group()).start();
        String view = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(curl.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(view).contains("\"node_id\":\"Far.Away\"", "\"shown_as\"");
    }

    @Test
    void thePasswordIsNeverShownAndKeysAreTheirOwnersOnly() throws Exception {
        Path directory = demo.directories().getFirst();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
        assertThat(demo.output())
                .doesNotContain(Files.readString(directory.resolve("password")).strip());
        try (Stream<Path> files = Files.walk(directory.resolve("nodes"))) {
            // The library that SQLite unpacks is no secret, and lies in a directory of its owner's.
            assertThat(files.filter(Files::isRegularFile)
                            .filter(file -> !file.getFileName().toString().startsWith("sqlite-")))
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------"));
        }
    }

    @Test
    void whatANodeRecordsIsItsOwnersOnly() throws Exception {
        Path records = demo.directories().getFirst().resolve("nodes/ams/.flight_records");

        for (Path directory : List.of(records, records.resolve("lab"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void whatIsNoCommandIsAnsweredWithWhatThereIs() throws Exception {
        demo.command(
                "explode",
                "^found the command \"explode\", expected one of: kill ID, freeze ID, thaw ID, start ID, cut A B, join A B,"
                        + " add ID, remove ID, rotate ID, open ID, help, quit$");
        demo.command("kill", "^found nothing after kill, expected kill ID: ");
        demo.command("kill ams fra", "^found ams fra after kill, expected kill ID: ");
        demo.command("kill rome", "^found no node \"rome\", expected one of: ams, fra, nyc, Far.Away$");
        demo.command("cut ams", "^found ams after cut, expected cut A B: ");
        demo.command("cut ams ams", "^found ams twice, expected two nodes$");
        demo.command("help", "^quit +end all nodes, remove their keys, and go$");
    }

    private static List<Long> pids() {
        return demo.children().stream().map(ProcessHandle::pid).sorted().toList();
    }

    /** Until a node that was away has polled everybody again. An empty line asks for the table. */
    private static void awaitWhole() {
        await().atMost(DemoRun.LONG)
                .until(() -> demo.command("", "^lab +.*").group().matches("lab +True +True +4/4 .*"));
    }
}
