package io.distomon.node.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.distomon.core.crypto.Signer;
import io.distomon.core.exchange.Absence;
import io.distomon.core.record.Account;
import io.distomon.core.record.AccountCodec;
import io.distomon.core.record.ChainPoint;
import io.distomon.core.record.Change;
import io.distomon.core.record.FlightRecord;
import io.distomon.core.record.FlightRecordCodec;
import io.distomon.core.record.Kind;
import io.distomon.core.record.Situation;
import io.distomon.core.record.State;
import io.distomon.core.record.Subject;
import io.distomon.core.record.Transition;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.NodeDataCodec;
import io.distomon.core.store.RawEntry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One record of fra's that rests on something that nyc signed. */
class VerifyEventsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long T0 = 1_700_000_000_000_000L;
    private static final long SECOND = 1_000_000;
    private static final Signer NYC = Signer.generate("nyc", new SecureRandom());
    private static final Subject AMS = new Subject(Kind.NODE, "ams");

    @TempDir
    Path directory;

    private static final Account ACCOUNT = new Account(
            "lab",
            "nyc",
            new Absence(T0, T0 + 60 * SECOND),
            Situation.NOTHING,
            List.of(new Change(T0 + SECOND, AMS, new State("Online", null), null)));

    @Test
    void whatAPeerToldIsProvenByWhatItSigned() throws Exception {
        assertThat(verify(record(T0 + SECOND, "Online", "nyc", AccountCodec.encode(ACCOUNT))))
                .startsWith("0\n")
                .contains("nyc signed that it recorded this");
    }

    @Test
    void whatAPeerDidNotTellIsFound() throws Exception {
        byte[] account = AccountCodec.encode(ACCOUNT);
        String contradiction = "found that nyc did not sign that it recorded this";

        assertThat(verify(record(T0 + SECOND, "Offline", "nyc", account)))
                .startsWith("1\n")
                .contains(contradiction);
        assertThat(verify(record(T0 + 2 * SECOND, "Online", "nyc", account)))
                .startsWith("1\n")
                .contains(contradiction);
        assertThat(verify(record(T0 + SECOND, "Online", "ams", account)))
                .as("what nyc signed is not ams's word")
                .startsWith("1\n")
                .contains("found that ams did not sign that it recorded this");
        assertThat(verify(record(T0 + SECOND, "Online", null, account)))
                .as("fra's own record rests on an entry")
                .startsWith("1\n")
                .contains("found no good entry signed by nyc");
    }

    /** Of fields that it does not know nobody takes notice. */
    @Test
    void anEntryThatLooksLikeAnAccountTooIsStillAnEntry() throws Exception {
        String entry = new String(
                NodeDataCodec.encode(new NodeData(T0, Map.of(), "nyc", "1.0.0", "lab", 10, null, null, false)),
                StandardCharsets.UTF_8);
        String account = new String(AccountCodec.encode(ACCOUNT), StandardCharsets.UTF_8);
        String both = entry.substring(0, entry.length() - 1) + account.substring(account.indexOf(",\"teller\""));

        assertThat(verify(record(T0, "Online", null, both.getBytes(StandardCharsets.UTF_8))))
                .startsWith("0\n");
    }

    private ObjectNode record(long timeMicros, String to, @Nullable String toldBy, byte[] payload) throws IOException {
        RawEntry signed = RawEntry.sign(payload, NYC);
        FlightRecord record = ChainPoint.START.next(
                timeMicros,
                new Transition(
                        AMS,
                        "Absent",
                        new State(to, null),
                        null,
                        null,
                        Map.of(),
                        Map.of("ams".equals(toldBy) ? "ams" : "nyc", signed),
                        toldBy));
        ObjectNode event = (ObjectNode) JSON.readTree(FlightRecordCodec.encode(record));
        event.put("hash", record.hash());
        ObjectNode answer = JSON.createObjectNode();
        answer.put("network_id", "lab").put("node_id", "fra");
        answer.putObject("chain")
                .put("after_seq", 0)
                .put("after_hash", ChainPoint.START.hash())
                .put("last_seq", 1)
                .put("last_hash", record.hash());
        answer.putArray("events").add(event);
        answer.putObject("entries")
                .putObject(Transition.digest(signed))
                .put("payload", signed.payload())
                .put("signature", signed.signature())
                .put("sig_id", "nyc");
        return answer;
    }

    /** The exit code, and what is printed. */
    private String verify(ObjectNode answer) throws IOException {
        Files.writeString(directory.resolve("nyc.pub"), NYC.verifier().pem());
        Path file = directory.resolve("answer.json");
        Files.writeString(file, answer.toString());
        StringWriter out = new StringWriter();
        int code = Commands.execute(
                new PrintWriter(out),
                new PrintWriter(out),
                "verify-evidence",
                "--pubkeys",
                directory.toString(),
                file.toString());
        return code + "\n" + out;
    }
}
