package io.distomon.node.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.distomon.core.Identifier;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.record.Account;
import io.distomon.core.record.AccountCodec;
import io.distomon.core.record.ChainPoint;
import io.distomon.core.record.FlightRecord;
import io.distomon.core.record.FlightRecordCodec;
import io.distomon.core.record.Kind;
import io.distomon.core.record.Statement;
import io.distomon.core.record.Transition;
import io.distomon.core.store.EntryDate;
import io.distomon.core.store.NodeData;
import io.distomon.core.store.NodeDataCodec;
import io.distomon.core.store.PingData;
import io.distomon.core.store.RawEntry;
import io.distomon.core.text.ForeignText;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Checks a kept answer of {@code /events/{network_id}}: that no record in it was altered, exchanged or left out since it
 * was written, and, with {@code evidence=true}, that its witnesses signed what it says of them.
 */
final class VerifyEvents {
    private static final int MOST_SHOWN_CHARS = 60;

    private static final String TIME = "a time such as 2026-11-29T10:42:07Z";

    private final Path file;
    private final Path keyDirectory;
    private final PrintWriter out;
    private final List<String> contradictions = new ArrayList<>();

    /** What peers told of times in which the recorder was away, by what stands for it in a record. */
    private final Map<String, Account> accounts = new LinkedHashMap<>();

    VerifyEvents(Path file, Path keyDirectory, PrintWriter out) {
        this.file = file;
        this.keyDirectory = keyDirectory;
        this.out = out;
    }

    boolean run(JsonNode answer) throws VerifyEvidence.UnusableInputException {
        String networkId = answer.path("network_id").asText();
        List<FlightRecord> records = records(answer.get("events"));
        List<String> filter = filter(answer);
        chain(answer, records, filter.isEmpty());
        Long since = micros(answer, "since");
        Long until = micros(answer, "until");
        for (FlightRecord record : records) {
            fits(record, answer, since, until);
        }
        Map<String, NodeData> said = said(answer.path("entries"), networkId);
        out.printf(
                "network %s, recorded by %s%n",
                Commands.printable(networkId),
                Commands.printable(answer.path("node_id").asText()));
        records.forEach(record -> tell(record, said, !answer.path("entries").isEmpty()));
        out.println("Not proven, but the word of whoever recorded it:");
        out.println("  when it was noticed, which words counted, and that it was written down then and not later");
        List<String> absent = absent(answer.path("chain"), records);
        if (!absent.isEmpty()) {
            out.printf(
                    "  %s: the chain has records %s besides, which are not in this answer%n",
                    filter.isEmpty()
                            ? "what was before and after"
                            : "that no more records are of " + String.join(", ", filter),
                    shown(absent));
        }
        List<String> unconfirmed = unconfirmed(answer.path("chain"), records);
        if (!unconfirmed.isEmpty()) {
            out.printf(
                    "  that records %s are as they were written: the next of each holds its hash, and is not in this answer%n",
                    shown(unconfirmed));
        }
        if (answer.path("entries").isEmpty()) {
            out.println("  what the witnesses said: the answer has no signed entries, ask with evidence=true");
        }
        if (contradictions.isEmpty()) {
            out.printf(
                    "The chain holds: %s records, %s %s.%n",
                    records.size(),
                    unconfirmed.isEmpty()
                            ? "none altered, exchanged or"
                            : "none altered or exchanged but perhaps %s, and none".formatted(shown(unconfirmed)),
                    missing(absent, filter));
            return true;
        }
        VerifyEvidence.tell("The records do NOT hold:", contradictions, out);
        return false;
    }

    /** By what the records were chosen; empty when between two of them none may be missing. */
    private static List<String> filter(JsonNode answer) {
        return Stream.of("node", "since", "until")
                .filter(name -> !isNull(answer.path(name)))
                .map(name -> name + "=" + ForeignText.plain(answer.path(name).asText(), MOST_SHOWN_CHARS))
                .toList();
    }

    private static boolean isNull(JsonNode value) {
        return value.isNull() || value.isMissingNode();
    }

    private static String missing(List<String> absent, List<String> filter) {
        if (absent.isEmpty()) {
            return "missing";
        }
        return filter.isEmpty()
                ? "missing between them"
                : "missing between two that follow each other; whether others are missing it can't tell";
    }

    private void fits(FlightRecord record, JsonNode answer, @Nullable Long since, @Nullable Long until) {
        boolean isOfNode = isNull(answer.path("node"))
                || record.subject().concerns(answer.path("node").asText());
        if (!isOfNode
                || (since != null && record.timeMicros() < since)
                || (until != null && record.timeMicros() >= until)) {
            contradictions.add("record %s: found one that is not of %s"
                    .formatted(record.seq(), String.join(", ", filter(answer))));
        }
    }

    /** A time by which the records were chosen; null when they were not. */
    private @Nullable Long micros(JsonNode answer, String name) throws VerifyEvidence.UnusableInputException {
        JsonNode time = answer.path(name);
        if (isNull(time)) {
            return null;
        }
        return EntryDate.parse(time.asText())
                .orElseThrow(() -> new VerifyEvidence.UnusableInputException("%s: %s: found %s, expected %s"
                        .formatted(file, name, ForeignText.quoted(time.asText()), TIME)));
    }

    /** The numbers of records that the chain has and the answer has not, those that follow each other together. */
    private static List<String> absent(JsonNode chain, List<FlightRecord> records) {
        List<String> absent = new ArrayList<>();
        long next = chain.path("after_seq").asLong() + 1;
        for (FlightRecord record : records) {
            span(next, record.seq() - 1).ifPresent(absent::add);
            next = record.seq() + 1;
        }
        span(next, chain.path("last_seq").asLong()).ifPresent(absent::add);
        return absent;
    }

    private static Optional<String> span(long first, long last) {
        if (first > last) {
            return Optional.empty();
        }
        return Optional.of(first == last ? String.valueOf(first) : first + " to " + last);
    }

    /** The numbers of records whose hash nothing else in the answer names. */
    private static List<String> unconfirmed(JsonNode chain, List<FlightRecord> records) {
        List<String> unconfirmed = new ArrayList<>();
        for (int i = 0; i < records.size(); i++) {
            long seq = records.get(i).seq();
            boolean isNextHere = i + 1 < records.size() && records.get(i + 1).seq() == seq + 1;
            if (!isNextHere && seq != chain.path("last_seq").asLong()) {
                unconfirmed.add(String.valueOf(seq));
            }
        }
        return unconfirmed;
    }

    private static String shown(List<String> numbers) {
        return numbers.size() <= VerifyEvidence.MAX_TOLD
                ? String.join(", ", numbers)
                : "%s and %s more"
                        .formatted(
                                String.join(", ", numbers.subList(0, VerifyEvidence.MAX_TOLD)),
                                numbers.size() - VerifyEvidence.MAX_TOLD);
    }

    /** The oldest first. */
    private List<FlightRecord> records(JsonNode events) throws VerifyEvidence.UnusableInputException {
        List<FlightRecord> records = new ArrayList<>();
        for (JsonNode event : events) {
            try {
                FlightRecord record = FlightRecordCodec.decode(VerifyEvidence.JSON.writeValueAsBytes(event));
                if (!record.hash().equals(event.path("hash").asText())) {
                    contradictions.add("record %s: found a content with the hash %s, expected %s"
                            .formatted(
                                    record.seq(),
                                    record.hash(),
                                    Commands.printable(event.path("hash").asText())));
                }
                records.add(record);
            } catch (InvalidJsonException | JsonProcessingException e) {
                throw new VerifyEvidence.UnusableInputException("%s: events[%s]: %s"
                        .formatted(file, records.size(), Commands.printable(String.valueOf(e.getMessage()))));
            }
        }
        return records.reversed();
    }

    private void chain(JsonNode answer, List<FlightRecord> records, boolean isWhole) {
        JsonNode chain = answer.path("chain");
        ChainPoint end = new ChainPoint(
                chain.path("after_seq").asLong(), chain.path("after_hash").asText());
        boolean isFirst = true;
        for (FlightRecord record : records) {
            // A page begins anywhere, and between those that were chosen lie others.
            if (record.seq() <= end.seq() || (!isFirst && isWhole) || record.seq() == end.seq() + 1) {
                end.breakAt(record).map(ChainPoint.Break::toString).ifPresent(contradictions::add);
            }
            end = ChainPoint.at(record);
            isFirst = false;
        }
        long last = chain.path("last_seq").asLong();
        if (end.seq() > last
                || (end.seq() == last
                        && !end.hash().equals(chain.path("last_hash").asText()))) {
            contradictions.add("record %s: found another than the last of the chain".formatted(end.seq()));
        }
    }

    /** What the entries say, by what stands for them. */
    private Map<String, NodeData> said(JsonNode entries, String networkId)
            throws VerifyEvidence.UnusableInputException {
        Map<String, List<Verifier>> keys = new LinkedHashMap<>();
        Map<String, NodeData> said = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : entries.properties()) {
            JsonNode parts = field.getValue();
            RawEntry entry = new RawEntry(
                    parts.path("payload").asText(),
                    parts.path("signature").asText(),
                    parts.path("sig_id").asText());
            String signer = entry.sigId();
            if (!Transition.digest(entry).equals(field.getKey())) {
                contradictions.add(
                        "entries.%s: found another entry in its place".formatted(Commands.printable(field.getKey())));
                continue;
            }
            if (!keys.containsKey(signer)) {
                keys.put(signer, keys(signer));
            }
            Optional<byte[]> payload = entry.verified(new KeyMapping(keys));
            Optional<NodeData> data = payload.flatMap(bytes -> entry(bytes, signer, networkId));
            Optional<Account> account = payload.flatMap(bytes -> account(bytes, signer, networkId));
            account.ifPresent(tells -> accounts.put(field.getKey(), tells));
            data.ifPresent(says -> said.put(field.getKey(), says));
            if (account.isEmpty() && data.isEmpty()) {
                contradictions.add("entries.%s: found no entry of this network that a key of %s in %s signed"
                        .formatted(field.getKey(), Commands.printable(signer), keyDirectory));
            }
        }
        return said;
    }

    private List<Verifier> keys(String signer) throws VerifyEvidence.UnusableInputException {
        if (!Identifier.isValid(signer)) {
            return List.of();
        }
        Path keyFile = keyDirectory.resolve(signer + ".pub");
        if (!Files.exists(keyFile)) {
            throw new VerifyEvidence.UnusableInputException(
                    "%s: found no file, expected the public key of %s, which signed an entry"
                            .formatted(keyFile, signer));
        }
        return VerifyEvidence.keys(keyFile);
    }

    private static Optional<NodeData> entry(byte[] payload, String signer, String networkId) {
        try {
            return Optional.of(NodeDataCodec.decode(payload))
                    .filter(data ->
                            data.nodeId().equals(signer) && data.networkId().equals(networkId));
        } catch (InvalidJsonException e) {
            return Optional.empty();
        }
    }

    private static Optional<Account> account(byte[] payload, String signer, String networkId) {
        try {
            return Optional.of(AccountCodec.decode(payload))
                    .filter(account -> account.teller().equals(signer)
                            && account.networkId().equals(networkId));
        } catch (InvalidJsonException e) {
            return Optional.empty();
        }
    }

    private void tell(FlightRecord record, Map<String, NodeData> said, boolean hasEntries) {
        out.printf(
                "record %s, %s: %s %s, %s, now %s%s%s%n",
                record.seq(),
                EntryDate.format(record.timeMicros()),
                record.subject().kind().word(),
                Commands.printable(record.subject().name()),
                Commands.printable(record.from()),
                Commands.printable(record.to()),
                record.reason() == null ? "" : " (" + Commands.printable(record.reason()) + ")",
                record.shownAs() == null ? "" : ", " + Commands.printable(record.shownAs()));
        if (!hasEntries) {
            return;
        }
        record.entries().forEach((signer, digest) -> {
            if (!(record.toldBy() == null ? said : accounts).containsKey(digest)) {
                contradictions.add("record %s: found no good entry signed by %s, expected the one it rests on"
                        .formatted(record.seq(), Commands.printable(signer)));
            }
        });
        String teller = record.toldBy();
        if (teller != null) {
            Account account =
                    accounts.get(Objects.requireNonNullElse(record.entries().get(teller), ""));
            if (account == null
                    || !account.teller().equals(teller)
                    || !account.tells(record.change())
                    || record.shownAs() != null
                    || !record.witnesses().isEmpty()) {
                contradictions.add("record %s: found that %s did not sign that it recorded this, expected that it did"
                        .formatted(record.seq(), Commands.printable(teller)));
            } else {
                out.printf("    %s signed that it recorded this%n", Commands.printable(teller));
            }
        }
        String target = record.subject().kind() == Kind.LINK
                ? record.subject().ends().getLast()
                : record.subject().name();
        record.witnesses().forEach((observer, statement) -> {
            NodeData entry =
                    said.get(Objects.requireNonNullElse(record.entries().get(observer), ""));
            if (entry != null) {
                witness(record.seq(), observer, statement, entry, target);
            }
        });
    }

    private void witness(long seq, String observer, Statement statement, NodeData data, String target) {
        PingData ping = data.pingData().get(target);
        if (ping == null || !data.nodeId().equals(observer) || !statement.equals(of(ping, statement.standing()))) {
            contradictions.add("record %s: found that %s says %s of %s, expected %s by its entry"
                    .formatted(
                            seq,
                            Commands.printable(observer),
                            Commands.printable(statement.status()),
                            Commands.printable(target),
                            ping == null ? "nothing" : of(ping, "").status()));
            return;
        }
        out.printf(
                "    %s signed on %s: %s%s%s%n",
                observer,
                EntryDate.format(data.dateMicros()),
                statement.status(),
                since(statement.sinceMicros()),
                statement.error() == null ? "" : " (" + statement.error() + ")");
    }

    private static Statement of(PingData ping, String standing) {
        return new Statement(ping.status().name().toLowerCase(Locale.ROOT), ping.sinceMicros(), ping.error(), standing);
    }

    private static String since(@Nullable Long micros) {
        return micros == null ? "" : " since " + EntryDate.format(micros);
    }
}
