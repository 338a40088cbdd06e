package io.distomon.node.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.distomon.core.config.NetworkConfig;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.store.EntryDate;
import io.distomon.core.store.Equivocation;
import io.distomon.core.store.HeldEntry;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.PingData;
import io.distomon.core.store.PingStatus;
import io.distomon.core.store.SignedNodeData;
import io.distomon.core.topology.Cadences;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Topology;
import io.distomon.core.view.Evidence;
import io.distomon.core.view.NetworkView;
import io.distomon.core.view.ViewInput;
import io.distomon.node.evidence.EvidenceAnswer;
import io.distomon.node.evidence.ViewAnswer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Evidence as fra gives it of the network lab: nyc is down according to fra and sgp. Somebody who has only the public
 * keys checks it, as it is and tampered with in every way there is.
 */
class VerifyEvidenceTest {
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();
    private static final long ASKED_AT = EntryDate.parse("2026-11-25T10:45:00Z").orElseThrow();
    private static final long DOWN_SINCE =
            EntryDate.parse("2026-11-25T10:42:07.5Z").orElseThrow();
    private static final long SECOND_MICROS = 1_000_000;
    private static final long SECOND_NANOS = 1_000_000_000;
    private static final Topology TOPOLOGY = new Topology(Topology.Mode.SPARSE, 7);

    private final Map<String, Signer> signers = new LinkedHashMap<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path directory;
    private ObjectNode answer;

    @BeforeEach
    void collect(@TempDir Path root) throws IOException {
        directory = root;
        for (String id : List.of("fra", "nyc", "sgp")) {
            Signer signer = Signer.generate(id, new SecureRandom());
            signers.put(id, signer);
            Files.writeString(root.resolve(id + ".pub"), signer.verifier().pem());
        }
        answer = answer(members(), "lab", signers);
    }

    @Test
    void whatIsTrueIsProvenAndWhatIsNotProvenIsSaid() throws IOException {
        assertThat(verify()).isZero();

        assertThat(out.toString())
                .contains(
                        "network lab, asked of fra at 2026-11-25T10:45:00.000000Z",
                        "nyc is down: 2 of 2 observers say so since 10:42 UTC",
                        "    fra signed on 2026-11-25T10:44:58.000000Z: offline since 10:42 UTC (timeout)",
                        "fra is online: 1 of 1 observer says so since 10:00 UTC",
                        "sgp said on 2026-11-25T10:44:57.000000Z what its entry says (key "
                                + signer("sgp").verifier().fingerprint() + ")",
                        "the 3 members and their keys: [fra, nyc, sgp] run with them",
                        "Not proven, but the word of whoever was asked:",
                        "that nyc's entry was news 178.0 s before the question\n",
                        "that the process that signed it was met 3600.0 s before the question\n",
                        "that sgp had been calling nyc offline for 172.5 s\n",
                        "The evidence holds");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void anAlteredPayloadIsNoEntryOfItsSigner() throws IOException {
        ObjectNode entry = object(answer, "evidence", "entries", "fra");
        entry.put("payload", base64(payload(entry).replace("\"offline\"", "\"online\"")));

        assertRefuted("evidence.entries.fra: found bad_signature");
    }

    @Test
    void anExchangedSignatureIsNoSignature() throws IOException {
        ObjectNode fra = object(answer, "evidence", "entries", "fra");
        ObjectNode sgp = object(answer, "evidence", "entries", "sgp");
        String signature = fra.get("signature").asText();
        fra.put("signature", sgp.get("signature").asText());
        sgp.put("signature", signature);

        assertRefuted("evidence.entries.fra: found bad_signature", "evidence.entries.sgp: found bad_signature");
    }

    @Test
    void aKeyThatIsNotTheSignersRefutesIt() throws IOException {
        Files.writeString(
                directory.resolve("sgp.pub"),
                Signer.generate("sgp", new SecureRandom()).verifier().pem());

        assertRefuted("evidence.entries.sgp: found bad_signature", "evidence.config_digest: found");
    }

    @Test
    void anEntrySignedByAKeyThatNobodyTrustsIsRefuted() throws IOException {
        Map<String, Signer> forged = new LinkedHashMap<>(signers);
        forged.put("sgp", Signer.generate("sgp", new SecureRandom()));
        answer = answer(members(), "lab", forged);

        assertRefuted("evidence.entries.sgp: found bad_signature", "evidence.config_digest: found");
    }

    @Test
    void anEntryFiledUnderAnotherNameIsRefuted() throws IOException {
        object(answer, "evidence", "entries")
                .set("sgp", object(answer, "evidence", "entries", "fra").deepCopy());

        assertRefuted("evidence.entries.sgp: found malformed");
    }

    @Test
    void aDroppedWitnessIsMissed() throws IOException {
        object(answer, "evidence", "entries").remove("sgp");

        assertRefuted("nodes[1].shown_as: found \"2 of 2 observers\", expected \"1 of 1 observers\" by the entries");
        assertThat(out.toString()).contains("that it held no entry of [sgp]");
    }

    @Test
    void anAlteredVerdictContradictsItsEntries() throws IOException {
        ((ObjectNode) answer.get("nodes").get(1)).put("state", "Online");

        assertRefuted("nodes[1].state: found \"Online\", expected \"Offline\" by the entries");
    }

    @Test
    void whateverIsAlteredOrLeftOutInTheAnswerIsFound() throws IOException {
        ObjectNode whole = answer.deepCopy();
        List<List<Object>> places = new ArrayList<>();
        places(whole, List.of(), places);
        assertThat(places).hasSizeGreaterThan(60);
        for (List<Object> place : places) {
            answer = whole.deepCopy();
            alter(place);
            assertThat(verify()).as("altered %s", place).isEqualTo(1);

            answer = whole.deepCopy();
            leaveOut(place);
            assertThat(verify()).as("without %s", place).isEqualTo(1);
        }
    }

    @Test
    void aMemberLeftOutChangesTheDigest() throws IOException {
        ArrayNode members = (ArrayNode) answer.get("evidence").get("members");
        members.remove(2);
        object(answer, "evidence", "entries").remove("sgp");

        assertRefuted("evidence.config_digest: found");
    }

    @Test
    void anotherTopologyIsAnotherConfig() throws IOException {
        object(answer, "evidence").put("degree", 8);

        assertRefuted("evidence.config_digest: found");
    }

    @Test
    void aRetryIntervalIsPartOfTheConfig() throws IOException {
        List<Member> members = new ArrayList<>(members());
        members.set(1, new Member("nyc", URI.create("http://nyc"), TEN, 2, Duration.ofMillis(1_250)));
        answer = answer(members, "lab", signers);
        assertThat(verify()).isZero();

        ((ObjectNode) answer.at("/evidence/members/1")).put("retry_interval", 1.5);

        assertRefuted("evidence.config_digest: found");
    }

    @Test
    void whatWasKeptBeforeMembersHadARetryIntervalStillHolds() throws IOException {
        answer.at("/evidence/members").forEach(member -> ((ObjectNode) member).remove("retry_interval"));

        assertThat(verify()).isZero();
    }

    @Test
    void whatWasKeptBeforeLinksHadLimitsStillHolds() throws IOException {
        answer.remove("strained_links");
        answer.at("/nodes")
                .forEach(node -> node.get("witnesses").forEach(witness -> ((ObjectNode) witness).remove("breaches")));

        assertThat(verify()).isZero();
    }

    @Test
    void aSlowLinkThatNobodySignedIsRefuted() throws IOException {
        answer.withArray("strained_links").addObject().put("from", "fra").put("to", "sgp");
        ((ObjectNode) answer.at("/nodes/2/witnesses/0")).withArray("breaches").addObject();

        assertRefuted(
                "strained_links: found a list of 1, expected a list of 0 by the entries",
                "nodes[2].witnesses[0].breaches: found a list of 1, expected a list of 0 by the entries");
    }

    @Test
    void aListOfMembersThatNobodySignedIsRefutedThoughItsDigestFits() throws IOException {
        // sgp is left out, and verdicts and digest are made to fit; only the entries name another digest still.
        String signedDigest = digest(members());
        List<Member> fewer = members().subList(0, 2);
        answer = answer(config(fewer, "lab", signers), held("lab", signers, signedDigest));

        assertRefuted("evidence.members: found no entry whose signer runs with this member list");
    }

    @Test
    void anEntryOfAnotherNetworkProvesNothing() throws IOException {
        answer = answer(members(), "other", signers);
        answer.put("network_id", "lab");
        object(answer, "evidence").put("network_id", "lab");

        assertRefuted("evidence.entries.fra: found wrong_network");
    }

    @Test
    void freshnessThatDoesNotFitTheVerdictsIsFoundAndOtherwiseItIsOnlyTheAskersWord() throws IOException {
        object(answer, "evidence", "seen_seconds_ago").put("nyc", 1.0);
        assertRefuted("nodes[0].witnesses: found a list of 1, expected a list of 2");

        Map<String, HeldEntry> held = held("lab", signers, digest(members()));
        held.computeIfPresent("nyc", (id, entry) -> held(entry.entry(), 1));
        answer = answer(config(members(), "lab", signers), held);

        assertThat(verify()).isZero();
        assertThat(out.toString())
                .contains("that nyc's entry was news 1.0 s before the question, though it is dated 178.0 s before");
    }

    @Test
    void doubleTalkIsProvenByBothEntries() throws IOException {
        NodeData said = entry("lab", signers, digest(members()), "nyc", 178, Map.of())
                .entry()
                .data();
        SignedNodeData first = SignedNodeData.sign(said, signer("nyc"));
        SignedNodeData second = SignedNodeData.sign(
                new NodeData(said.dateMicros(), Map.of(), "nyc", "1", "lab", 10, "another", null, false),
                signer("nyc"));
        putEquivocation(first, second);

        assertThat(verify()).isZero();
        assertThat(out.toString()).contains("nyc signed two different entries with one date");

        object(answer, "evidence").putObject("equivocations");
        assertRefuted("equivocations");

        putEquivocation(first, first);
        assertRefuted("evidence.equivocations.nyc: found no two entries");

        putEquivocation(first, SignedNodeData.sign(said.at(said.dateMicros() + 1), signer("nyc")));
        assertRefuted("evidence.equivocations.nyc: found no two entries");

        putEquivocation(first, SignedNodeData.sign(second.data(), Signer.generate("nyc", new SecureRandom())));
        assertRefuted("evidence.equivocations.nyc: found no two entries");
    }

    @Test
    void doubleTalkStaysProvenWhenTheAskersClockWasSetBack() throws IOException {
        SignedNodeData first = SignedNodeData.sign(
                new NodeData(ASKED_AT + 3600 * SECOND_MICROS, Map.of(), "nyc", "1", "lab", 10, "one", null, false),
                signer("nyc"));
        SignedNodeData second = SignedNodeData.sign(
                new NodeData(ASKED_AT + 3600 * SECOND_MICROS, Map.of(), "nyc", "1", "lab", 10, "two", null, false),
                signer("nyc"));
        putEquivocation(first, second);

        assertThat(verify()).isZero();
    }

    @Test
    void doubleTalkThatIsShownButNotProvenIsRefuted() throws IOException {
        SignedNodeData nyc = SignedNodeData.sign(
                new NodeData(ASKED_AT, Map.of(), "nyc", "1", "lab", 10, "one", null, false), signer("nyc"));
        putEquivocation(nyc, SignedNodeData.sign(nyc.data().at(ASKED_AT), signer("nyc")));
        object(answer, "evidence").putObject("equivocations");

        assertRefuted("equivocations: found a list of 1, expected a list of 0 by the entries");
    }

    @Test
    void aMembersVersionAndDigestAndErrorsMakeNoTerminalDoAnything() throws IOException {
        ObjectNode evidence = object(answer, "evidence");
        evidence.put("config_digest", "\u001b[2J\u009b2J\u202egnp.exe");

        assertRefuted("evidence.config_digest: found ?[2J?2J?gnp.exe, expected");
        assertThat(out.toString()).doesNotContain("\u001b", "\u009b", "\u202e");
    }

    @Test
    void anErrorThatIsNoCodeIsNoEntry() throws IOException {
        Map<String, HeldEntry> held = held("lab", signers, digest(members()));
        PingData odd = new PingData(PingStatus.OFFLINE, 1, 2, DOWN_SINCE, "\u001b[2J");
        held.put("nyc", entry("lab", signers, digest(members()), "nyc", 1, Map.of("fra", odd)));
        answer = answer(config(members(), "lab", signers), held);

        assertRefuted("evidence.entries.nyc: found malformed");
        assertThat(out.toString()).doesNotContain("\u001b");
    }

    @Test
    void forHowLongSomebodyHadBeenCalledOfflineIsTheAskersWord() throws IOException {
        // Both have said so for less than it takes nyc to answer.
        object(answer, "evidence", "offline_seconds_ago", "fra").put("nyc", 1.0);
        object(answer, "evidence", "offline_seconds_ago", "sgp").put("nyc", 1.0);
        assertThat(verify()).as("it is not heard anyway").isZero();
        assertThat(out.toString()).contains("that sgp had been calling nyc offline for 1.0 s\n");

        object(answer, "evidence", "seen_seconds_ago").put("nyc", 1.0);
        assertRefuted("nodes[1].state: found \"Offline\", expected \"Online\" by the entries");
    }

    @Test
    void howOftenAMemberSpeaksFollowsFromTheConfigAndMoreIsTheAskersWord() throws IOException {
        // By the config nyc and fra speak as often as sgp wants to be polled: every 2.5 s.
        object(answer, "evidence", "cadence_seconds").put("nyc", 2);
        assertRefuted("evidence.cadence_seconds.nyc: found 2, expected 3 or more by members and topology");

        NetworkConfig config = config(members(), "lab", signers);
        Cadences changed = new Cadences(config.observers().cadenceSeconds(), Map.of("nyc", 60), -SECOND_NANOS);
        answer = answer(config, changed, held("lab", signers, config.digest()));
        assertThat(verify()).isZero();
        assertThat(out.toString())
                .contains("that nyc need say something only every 60 s, not 3 s: the config had just been changed\n");
    }

    @Test
    void aNumberThatIsTooLargeForTheProgramIsAnotherNumber() throws IOException {
        String rtt = "\"rtt_ms\":2.5";
        assertThat(answer.toString()).contains(rtt);

        assertThat(verify(answer.toString().replace(rtt, "\"rtt_ms\":1e999999999")))
                .isEqualTo(1);
        assertThat(out.toString()).contains("rtt_ms: found 1E+999999999, expected 2.5 by the entries");
    }

    @Test
    void aMemberWithoutAKeyIsNoObstacleWhileItSignedNothing() throws IOException {
        List<Member> members = new ArrayList<>(members());
        members.add(new Member("tyo", null, TEN, 2));
        answer = answer(members, "lab", signers);

        assertThat(verify()).isZero();
        assertThat(out.toString()).contains("that it held no entry of [tyo]", "tyo is unknown");
    }

    @Test
    void keysThatAreMissingOrBrokenAreNamed() throws IOException {
        Files.delete(directory.resolve("nyc.pub"));
        assertUnusable(directory.resolve("nyc.pub") + ": found no file, expected the public key of nyc");

        Files.writeString(directory.resolve("nyc.pub"), "no key");
        assertUnusable(directory.resolve("nyc.pub") + ": found no PEM block");
    }

    @Test
    void aFileThatIsNoEvidenceIsToldByFileAndPlace() throws IOException {
        String whole = answer.toString();

        assertUnusable("answer.json:1: no strict JSON", whole.substring(0, 200));
        assertUnusable("answer.json:1: no strict JSON: Duplicate field 'asker'", "{\"asker\":1,\"asker\":2}");
        assertUnusable("answer.json:1: no strict JSON", whole + "{}");
        assertUnusable("found no evidence, expected an answer of /view/NETWORK?evidence=true", "{}");
        assertUnusable("found no evidence", "");
        assertUnusable("no strict JSON", "[".repeat(100_000));
        assertUnusable(
                "evidence.format: found 1, expected 2: use the program of the version of the node that gave the answer",
                whole.replace("\"format\":2", "\"format\":1"));
        assertUnusable(
                "evidence.format: found 3, expected 2: a newer node gave the answer, use a program of its version",
                whole.replace("\"format\":2", "\"format\":3"));
        assertUnusable(
                "evidence.asked_at: found \"noon\"",
                whole.replace("\"asked_at\":\"2026-11-25T10:45:00.000000Z\"", "\"asked_at\":\"noon\""));
        assertUnusable(
                "evidence.members[1].poll_rate: found -1.0",
                without("members", members -> ((ObjectNode) members.get(1)).put("poll_rate", -1.0)));
        assertUnusable(
                "evidence.members[1].poll_rate: found Infinity",
                without("members", members -> ((ObjectNode) members.get(1)).put("poll_rate", new BigDecimal("1e999"))));
        assertUnusable(
                "evidence.members[1].retry",
                without("members", members -> ((ObjectNode) members.get(1)).put("retry", 2.5)));
        assertUnusable(
                "evidence.members[1].retry_interval: found 0.0",
                without("members", members -> ((ObjectNode) members.get(1)).put("retry_interval", 0.0)));
        assertUnusable(
                "evidence.members[1].url: found a longer one, expected at most 1024 characters",
                without("members", members -> ((ObjectNode) members.get(1)).put("url", "/".repeat(100_000) + "x/")));
        assertUnusable(
                "evidence.members[1].url: found \"http://a b\", expected a URL, or null",
                without("members", members -> ((ObjectNode) members.get(1)).put("url", "http://a b")));
        assertUnusable(
                "evidence.members[1].node_id: found \"../x\"",
                without("members", members -> ((ObjectNode) members.get(1)).put("node_id", "../x")));
        assertUnusable(
                "evidence.members[1].node_id: found fra, expected every id once",
                without("members", members -> ((ObjectNode) members.get(1)).put("node_id", "fra")));
        assertUnusable(
                "evidence.seen_seconds_ago.nyc: found nothing",
                without("seen_seconds_ago", seen -> ((ObjectNode) seen).remove("nyc")));
        assertUnusable(
                "evidence.process_seconds_ago.nyc: found nothing, expected a number",
                without("process_seconds_ago", met -> ((ObjectNode) met).remove("nyc")));
        assertUnusable(
                "evidence.process_seconds_ago.nyc: found 1.0E10",
                without("process_seconds_ago", met -> ((ObjectNode) met).put("nyc", 1e10)));
        assertUnusable(
                "evidence.cadence_seconds.nyc: found nothing, expected a number",
                without("cadence_seconds", granted -> ((ObjectNode) granted).remove("nyc")));
        for (int seconds : List.of(0, 3601)) {
            assertUnusable(
                    "evidence.cadence_seconds.nyc: found %s, expected 1 to 3600".formatted(seconds),
                    without("cadence_seconds", granted -> ((ObjectNode) granted).put("nyc", seconds)));
        }
        assertUnusable(
                "evidence.offline_seconds_ago.fra: found \"../x\"",
                without("offline_seconds_ago", offline -> ((ObjectNode) offline.get("fra")).put("../x", 1)));
        assertUnusable(
                "evidence.offline_seconds_ago.fra.nyc: found -1.0E10",
                without("offline_seconds_ago", offline -> ((ObjectNode) offline.get("fra")).put("nyc", -1e10)));
        assertUnusable(
                "evidence.offline_seconds_ago.fra.nyc",
                without("offline_seconds_ago", offline -> ((ObjectNode) offline.get("fra")).putNull("nyc")));
        assertUnusable("evidence.entries.nyc", without("entries", entries -> ((ObjectNode) entries).putNull("nyc")));
        assertUnusable(
                "evidence.entries.nyc",
                without("entries", entries -> ((ObjectNode) entries.get("nyc")).remove("payload")));
        assertUnusable(
                "evidence.entries: found \"elsewhere\", expected members only",
                without("entries", entries -> ((ObjectNode) entries).set("elsewhere", entries.get("nyc"))));
        assertUnusable(
                "evidence.topology: found \"ring\", expected auto, full or sparse",
                whole.replace("\"topology\":\"sparse\"", "\"topology\":\"ring\""));
        assertUnusable("evidence.degree: found 2, expected 3 to 100", whole.replace("\"degree\":7", "\"degree\":2"));
        for (String field : List.of(
                "members",
                "entries",
                "cadence_seconds",
                "seen_seconds_ago",
                "process_seconds_ago",
                "offline_seconds_ago",
                "equivocations",
                "config_digest",
                "topology")) {
            ObjectNode less = answer.deepCopy();
            object(less, "evidence").remove(field);
            assertUnusable("evidence", less.toString());
            object(less, "evidence").putNull(field);
            assertUnusable("evidence." + field, less.toString());
        }
    }

    @Test
    void aFileThatIsNotThereEndsWith78AndMissingKeysAreAMatterOfUse() {
        assertThat(run("verify-evidence", directory.resolve("none").toString(), "--pubkeys", directory.toString()))
                .isEqualTo(78);
        assertThat(err.toString()).contains("none: can't be read (NoSuchFileException)");
        assertThat(run("verify-evidence", "answer.json")).isEqualTo(2);
    }

    private static final Duration TEN = Duration.ofSeconds(10);

    private void assertRefuted(String... reasons) throws IOException {
        assertThat(verify()).isEqualTo(1);
        assertThat(out.toString()).contains("The evidence does NOT hold").contains(reasons);
    }

    private void assertUnusable(String reason) throws IOException {
        assertThat(verify()).isEqualTo(78);
        assertThat(err.toString()).contains(reason);
        assertThat(err.toString().lines()).hasSize(1);
    }

    private void assertUnusable(String reason, String file) throws IOException {
        assertThat(verify(file)).as(reason).isEqualTo(78);
        assertThat(err.toString()).contains(reason);
        assertThat(err.toString().lines()).hasSize(1);
    }

    /** The answer with one part of its evidence changed. */
    private String without(String part, Consumer<JsonNode> change) {
        ObjectNode changed = answer.deepCopy();
        change.accept(changed.get("evidence").get(part));
        return changed.toString();
    }

    private int verify() throws IOException {
        return verify(answer.toString());
    }

    private int verify(String text) throws IOException {
        Path file = directory.resolve("answer.json");
        Files.writeString(file, text);
        return run("verify-evidence", file.toString(), "--pubkeys", directory.toString());
    }

    private int run(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Commands.execute(new PrintWriter(out), new PrintWriter(err), args);
    }

    private static ObjectNode answer(List<Member> members, String network, Map<String, Signer> by) {
        NetworkConfig config = config(members, network, by);
        return answer(config, held(network, by, config.digest()));
    }

    private static ObjectNode answer(NetworkConfig config, Map<String, HeldEntry> held) {
        return answer(config, Cadences.of(config.observers()), held);
    }

    private static ObjectNode answer(NetworkConfig config, Cadences cadences, Map<String, HeldEntry> held) {
        ViewInput input = ViewInput.ofMember(config, cadences, held, 0);
        ObjectNode made = JSON.valueToTree(ViewAnswer.of(NetworkView.of(input), "fra", ASKED_AT, Map.of()));
        made.set(
                "evidence",
                JSON.valueToTree(
                        EvidenceAnswer.of(Evidence.of(input, ASKED_AT, config.digest(), config.topology(), Map.of()))));
        return made;
    }

    /** In the view and in its evidence. */
    private void putEquivocation(SignedNodeData first, SignedNodeData second) {
        Map<String, Equivocation> pair = Map.of("nyc", new Equivocation(first, second));
        NetworkConfig config = config(members(), "lab", signers);
        ViewInput input = ViewInput.ofMember(config, Cadences.of(config.observers()), Map.of(), 0);
        Evidence evidence = Evidence.of(input, ASKED_AT, "", TOPOLOGY, pair);
        answer.set(
                "equivocations",
                JSON.valueToTree(ViewAnswer.of(NetworkView.of(input), "fra", ASKED_AT, pair)
                        .equivocations()));
        object(answer, "evidence")
                .set(
                        "equivocations",
                        JSON.valueToTree(EvidenceAnswer.of(evidence)).get("equivocations"));
    }

    private static Map<String, HeldEntry> held(String network, Map<String, Signer> by, String digest) {
        PingData online = new PingData(PingStatus.ONLINE, 1, 2.5, at("2026-11-25T10:00:00Z"), null);
        PingData offline = new PingData(PingStatus.OFFLINE, 1, 2, DOWN_SINCE, "timeout");
        Map<String, HeldEntry> held = new LinkedHashMap<>();
        held.put("fra", entry(network, by, digest, "fra", 2, Map.of("nyc", offline, "sgp", online)));
        held.put("nyc", entry(network, by, digest, "nyc", 178, Map.of("fra", online, "sgp", online)));
        held.put("sgp", entry(network, by, digest, "sgp", 3, Map.of("fra", online, "nyc", offline)));
        return held;
    }

    private static HeldEntry entry(
            String network, Map<String, Signer> by, String digest, String id, long age, Map<String, PingData> pings) {
        NodeData data =
                new NodeData(ASKED_AT - age * SECOND_MICROS, pings, id, "1", network, 10, "boot", digest, false);
        return held(SignedNodeData.sign(data, Objects.requireNonNull(by.get(id))), age);
    }

    /** Met so long before the question, and its process an hour before. */
    private static HeldEntry held(SignedNodeData entry, long age) {
        Map<String, Long> onsets = new LinkedHashMap<>();
        entry.data().pingData().forEach((target, ping) -> {
            if (ping.status() == PingStatus.OFFLINE) {
                long before = entry.data().dateMicros() - Objects.requireNonNull(ping.sinceMicros());
                onsets.put(target, -age * SECOND_NANOS - before * 1_000);
            }
        });
        return new HeldEntry(entry, -age * SECOND_NANOS, onsets, -3600 * SECOND_NANOS);
    }

    private static List<Member> members() {
        return List.of(
                new Member("fra", URI.create("http://fra"), TEN, 2),
                new Member("nyc", URI.create("http://nyc"), TEN, 2),
                new Member("sgp", URI.create("http://sgp"), Duration.ofMillis(2_500), 0));
    }

    private String digest(List<Member> members) {
        return config(members, "lab", signers).digest();
    }

    private static NetworkConfig config(List<Member> members, String network, Map<String, Signer> by) {
        Map<String, List<Verifier>> keys = new LinkedHashMap<>();
        by.forEach((id, signer) -> keys.put(id, List.of(signer.verifier())));
        return NetworkConfig.of(network, "fra", members, new KeyMapping(keys), TOPOLOGY, List.of());
    }

    private Signer signer(String id) {
        return Objects.requireNonNull(signers.get(id));
    }

    private static long at(String date) {
        return EntryDate.parse(date).orElseThrow();
    }

    private static String payload(ObjectNode entry) {
        return new String(Base64.getDecoder().decode(entry.get("payload").asText()), StandardCharsets.UTF_8);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode object(JsonNode root, String... names) {
        JsonNode at = root;
        for (String name : names) {
            at = at.get(name);
        }
        return (ObjectNode) at;
    }

    /** The places of all values that are no objects or lists, but for the evidence. */
    private static void places(JsonNode node, List<Object> place, List<List<Object>> places) {
        if (node.isObject()) {
            node.properties().stream()
                    .filter(field -> !field.getKey().equals("evidence"))
                    .forEach(field -> places(field.getValue(), with(place, field.getKey()), places));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                places(node.get(i), with(place, i), places);
            }
        } else {
            places.add(place);
        }
    }

    private static List<Object> with(List<Object> place, Object step) {
        List<Object> longer = new ArrayList<>(place);
        longer.add(step);
        return longer;
    }

    private void alter(List<Object> place) {
        JsonNode before = at(place);
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        JsonNode after = before.isBoolean()
                ? nodes.booleanNode(!before.asBoolean())
                : before.isNumber() ? nodes.numberNode(before.asDouble() + 1) : nodes.textNode(before.asText() + "x");
        JsonNode holder = at(place.subList(0, place.size() - 1));
        switch (place.getLast()) {
            case String name -> ((ObjectNode) holder).set(name, after);
            case Integer index -> ((ArrayNode) holder).set(index, after);
            default -> throw new AssertionError(place);
        }
    }

    private void leaveOut(List<Object> place) {
        JsonNode holder = at(place.subList(0, place.size() - 1));
        switch (place.getLast()) {
            case String name -> ((ObjectNode) holder).remove(name);
            case Integer index -> ((ArrayNode) holder).remove(index);
            default -> throw new AssertionError(place);
        }
    }

    private JsonNode at(List<Object> place) {
        JsonNode at = answer;
        for (Object step : place) {
            at = step instanceof String name ? at.get(name) : at.get((Integer) step);
        }
        return at;
    }
}
