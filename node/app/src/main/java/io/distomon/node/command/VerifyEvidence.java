package io.distomon.node.command;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.distomon.core.crypto.InvalidKeyException;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Pem;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.store.EntryDate;
import io.distomon.core.store.EntryRefusal;
import io.distomon.core.topology.Member;
import io.distomon.core.view.Evidence;
import io.distomon.core.view.NodeVerdict;
import io.distomon.core.view.Standing;
import io.distomon.core.view.Words;
import io.distomon.node.evidence.EvidenceAnswer;
import io.distomon.node.evidence.ViewAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes the verdicts of a kept answer of {@code /view/{network_id}?evidence=true} anew, from nothing but its signed
 * entries and the public keys in a directory, and tells what that proves and what it does not. Needs no network. An
 * answer of {@code /events/{network_id}} is checked by {@link VerifyEvents}.
 */
final class VerifyEvidence {
    /** The longest file that is read: a thousand nodes that each watch a dozen make ten megabytes. */
    static final int MAX_FILE_BYTES = 64 << 20;

    private static final int MAX_KEY_FILE_BYTES = 1 << 20;
    private static final int MAX_DEPTH = 32;

    /** How much is told of what there may be thousands of. */
    static final int MAX_TOLD = 20;

    private static final long SUSPICIOUS_NANOS = 120L * 1_000_000_000;
    private static final double NANOS_IN_SECOND = 1e9;

    static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .build())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .defaultSetterInfo(JsonSetter.Value.forValueNulls(Nulls.FAIL, Nulls.FAIL))
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    private final Path file;
    private final Path keyDirectory;
    private final PrintWriter out;
    private final List<String> contradictions = new ArrayList<>();

    VerifyEvidence(Path file, Path keyDirectory, PrintWriter out) {
        this.file = file;
        this.keyDirectory = keyDirectory;
        this.out = out;
    }

    /** Input with which nothing can be said. The message names file and place. */
    static final class UnusableInputException extends Exception {
        private static final long serialVersionUID = 1;

        UnusableInputException(String message) {
            super(message);
        }
    }

    /** Whether the evidence holds. */
    boolean run() throws UnusableInputException {
        JsonNode answer = answer();
        if (answer.path("events").isArray()) {
            return new VerifyEvents(file, keyDirectory, out).run(answer);
        }
        Evidence evidence = evidence(answer);
        KeyMapping keys = keys(evidence);
        Evidence.Verified verified = evidence.verify(keys);
        Words words = new Words(evidence.askedAtMicros());

        refused(verified);
        config(evidence, verified);
        verified.unproven()
                .forEach(id -> contradictions.add(
                        "evidence.equivocations.%s: found no two entries of one date signed by %s, expected a proof"
                                .formatted(id, id)));
        ViewAnswer remade =
                ViewAnswer.of(verified.view(), evidence.asker(), evidence.askedAtMicros(), verified.equivocations());
        compare("", JSON.valueToTree(remade), withStrains(answer));

        out.printf(
                "network %s, asked %s at %s%n",
                evidence.networkId(),
                evidence.asker() == null ? "by the operator" : "of " + evidence.asker(),
                EntryDate.format(evidence.askedAtMicros()));
        out.println("What the verified entries mean:");
        verified.view().nodes().forEach(verdict -> verdict(verdict, words));
        verified.view().brokenLinks().forEach(fault -> out.printf("  %s%n", Commands.printable(words.of(fault))));
        verified.view().strainedLinks().forEach(link -> out.printf("  %s%n", Commands.printable(words.of(link))));
        if (!verified.view().partitions().isEmpty()) {
            out.printf("  divided into %s%n", verified.view().partitions());
        }
        proven(evidence, verified, keys);
        notProven(evidence, verified);
        if (contradictions.isEmpty()) {
            out.println("The evidence holds: the answer says what its entries mean, no more and no less.");
            return true;
        }
        tell("The evidence does NOT hold:", contradictions, out);
        return false;
    }

    /** Tells the first of what is wrong, a line each, and how many more there are. */
    static void tell(String title, List<String> contradictions, PrintWriter out) {
        out.println(title);
        contradictions.stream().limit(MAX_TOLD).forEach(text -> out.printf("  %s%n", text));
        if (contradictions.size() > MAX_TOLD) {
            out.printf("  and %s more%n", contradictions.size() - MAX_TOLD);
        }
    }

    private JsonNode answer() throws UnusableInputException {
        try {
            JsonNode answer = JSON.readTree(bytes(file, MAX_FILE_BYTES));
            if (answer == null
                    || (!answer.path("evidence").isObject()
                            && !answer.path("events").isArray())) {
                throw new UnusableInputException(
                        "%s: found no evidence, expected an answer of /view/NETWORK?evidence=true or /events/NETWORK?evidence=true"
                                .formatted(file));
            }
            answer.at("/evidence/members").forEach(VerifyEvidence::complete);
            return answer;
        } catch (JsonProcessingException e) {
            throw new UnusableInputException("%s:%s: no strict JSON: %s".formatted(file, line(e), firstLine(e)));
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** What was kept before members had a retry interval says nothing of it: they had none. */
    private static void complete(JsonNode member) {
        if (member instanceof ObjectNode object && !object.has("retry_interval")) {
            object.putNull("retry_interval");
        }
    }

    /** What was kept before links were held against limits says nothing of slow ones: nobody said that there were any. */
    private static JsonNode withStrains(JsonNode view) {
        withList(view, "strained_links");
        view.path("nodes").forEach(node -> node.path("witnesses").forEach(witness -> withList(witness, "breaches")));
        return view;
    }

    private static void withList(JsonNode node, String name) {
        if (node instanceof ObjectNode object && !object.has(name)) {
            object.putArray(name);
        }
    }

    private Evidence evidence(JsonNode answer) throws UnusableInputException {
        try {
            return JSON.treeToValue(answer.get("evidence"), EvidenceAnswer.class)
                    .read();
        } catch (EvidenceAnswer.UnusableException e) {
            throw new UnusableInputException(file + ": " + e.getMessage());
        } catch (JsonMappingException e) {
            String place = e.getPath().stream()
                    .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName())
                    .collect(Collectors.joining());
            throw new UnusableInputException(
                    "%s: evidence%s: %s".formatted(file, Commands.printable(place), firstLine(e)));
        } catch (JsonProcessingException e) {
            throw new UnusableInputException("%s: evidence: %s".formatted(file, firstLine(e)));
        }
    }

    /** The keys of all members; only of one that signed nothing here a key may be missing, as it may have none. */
    private KeyMapping keys(Evidence evidence) throws UnusableInputException {
        Set<String> needed = new LinkedHashSet<>(evidence.entries().keySet());
        needed.addAll(evidence.equivocations().keySet());
        Map<String, List<Verifier>> keys = new LinkedHashMap<>();
        for (Member member : evidence.members()) {
            String id = member.nodeId();
            Path keyFile = keyDirectory.resolve(id + ".pub");
            if (!Files.exists(keyFile)) {
                if (needed.contains(id)) {
                    throw new UnusableInputException(
                            "%s: found no file, expected the public key of %s, which signed an entry"
                                    .formatted(keyFile, id));
                }
                keys.put(id, List.of());
                continue;
            }
            keys.put(id, keys(keyFile));
        }
        return new KeyMapping(keys);
    }

    /** The keys in a file. */
    static List<Verifier> keys(Path keyFile) throws UnusableInputException {
        try {
            return Pem.publicKeys(new String(bytes(keyFile, MAX_KEY_FILE_BYTES), StandardCharsets.UTF_8));
        } catch (InvalidKeyException e) {
            throw new UnusableInputException("%s: %s".formatted(keyFile, e.getMessage()));
        } catch (IOException e) {
            throw unreadable(keyFile, e);
        }
    }

    private void refused(Evidence.Verified verified) {
        verified.refused()
                .forEach((id, why) -> contradictions.add("evidence.entries.%s: found %s (%s), expected an entry of %s"
                        .formatted(id, why.wireName(), meaning(why), id)));
    }

    private String meaning(EntryRefusal why) {
        return switch (why) {
            case BAD_SIGNATURE -> "no key in " + keyDirectory + " made this signature over this payload";
            case MALFORMED -> "its form is wrong, or it names another signer";
            case WRONG_NETWORK -> "it was said in another network";
            case FUTURE -> "it is dated more than two minutes after the question";
            case UNKNOWN_SIGNER -> "its signer is no member";
            case EQUIVOCATION -> "its signer said something else under the same date";
            case BUSY -> throw new IllegalStateException("evidence is judged whole");
        };
    }

    /** The member list is not signed itself; it is proven by those who signed its digest. */
    private void config(Evidence evidence, Evidence.Verified verified) {
        if (!evidence.configDigest().equals(verified.digest())) {
            contradictions.add(
                    "evidence.config_digest: found %s, expected %s, which members and topology here and the keys in %s give: one of these differs"
                            .formatted(Commands.printable(evidence.configDigest()), verified.digest(), keyDirectory));
        } else if (verified.digestNamedBy().isEmpty()
                && !verified.otherDigestNamedBy().isEmpty()) {
            contradictions.add(
                    "evidence.members: found no entry whose signer runs with this member list, expected at least one; %s signed that they run with another"
                            .formatted(verified.otherDigestNamedBy()));
        }
        Map<String, Integer> asked = cadenceSeconds(evidence);
        evidence.cadenceSeconds().forEach((id, seconds) -> {
            if (seconds < asked.getOrDefault(id, 0)) {
                contradictions.add("evidence.cadence_seconds.%s: found %s, expected %s or more by members and topology"
                        .formatted(id, seconds, asked.get(id)));
            }
        });
    }

    private void verdict(NodeVerdict verdict, Words words) {
        out.printf("  %s%n", words.of(verdict));
        verdict.witnesses()
                .forEach(witness -> out.printf(
                        "    %s signed on %s: %s%s%s%s%n",
                        witness.observer(),
                        EntryDate.format(witness.entryDateMicros()),
                        witness.status().name().toLowerCase(Locale.ROOT),
                        witness.sinceMicros() == null ? "" : " since " + words.moment(witness.sinceMicros()),
                        witness.error() == null ? "" : " (" + Commands.printable(witness.error()) + ")",
                        witness.standing() == Standing.COUNTED
                                ? ""
                                : ", not counted: " + witness.standing().word()));
    }

    private void proven(Evidence evidence, Evidence.Verified verified, KeyMapping keys) {
        out.println("Proven by signatures:");
        verified.dates()
                .forEach((id, date) -> out.printf(
                        "  %s said on %s what its entry says (key %s)%n",
                        id,
                        EntryDate.format(date),
                        keys.of(id).stream().map(Verifier::fingerprint).collect(Collectors.joining(" or "))));
        if (!verified.digestNamedBy().isEmpty()) {
            out.printf(
                    "  the %s members and their keys: %s run with them (config %s)%n",
                    evidence.members().size(), verified.digestNamedBy(), verified.digest());
        }
        verified.equivocations()
                .keySet()
                .forEach(id -> out.printf("  %s signed two different entries with one date%n", id));
    }

    private void notProven(Evidence evidence, Evidence.Verified verified) {
        out.println("Not proven, but the word of whoever was asked:");
        out.println("  when it was asked, and that it held nothing newer then");
        evidence.met().forEach((id, met) -> {
            freshness(evidence, id, met.seenNanosAgo(), verified.dates().get(id));
            out.printf(
                    Locale.ROOT,
                    "  that the process that signed it was met %.1f s before the question%n",
                    met.bootNanosAgo() / NANOS_IN_SECOND);
            met.offlineNanosAgo()
                    .forEach((target, nanos) -> out.printf(
                            Locale.ROOT,
                            "  that %s had been calling %s offline for %.1f s%n",
                            id,
                            target,
                            nanos / NANOS_IN_SECOND));
        });
        granted(evidence);
        List<String> absent = evidence.members().stream()
                .map(Member::nodeId)
                .filter(id -> !evidence.entries().containsKey(id))
                .toList();
        if (!absent.isEmpty()) {
            out.printf("  that it held no entry of %s%n", absent);
        }
        if (verified.digestNamedBy().isEmpty()) {
            out.println("  who the members are: no entry here names the digest of their list");
        } else if (!verified.otherDigestNamedBy().isEmpty()) {
            out.printf(
                    "  that %s had this member list too: they ran with another config%n",
                    verified.otherDigestNamedBy());
        }
    }

    /** What was granted beyond the config is told; less was refuted. */
    private void granted(Evidence evidence) {
        Map<String, Integer> asked = cadenceSeconds(evidence);
        evidence.cadenceSeconds().forEach((id, seconds) -> {
            if (seconds > asked.getOrDefault(id, seconds)) {
                out.printf(
                        "  that %s need say something only every %s s, not %s s: the config had just been changed%n",
                        id, seconds, asked.get(id));
            }
        });
    }

    private static Map<String, Integer> cadenceSeconds(Evidence evidence) {
        return evidence.topology()
                .observers(evidence.networkId(), evidence.members())
                .cadenceSeconds();
    }

    private void freshness(Evidence evidence, String id, long seenNanosAgo, @Nullable Long date) {
        String remark = "";
        if (date != null) {
            long datedNanosAgo = (evidence.askedAtMicros() - date) * 1_000;
            if (datedNanosAgo - seenNanosAgo > SUSPICIOUS_NANOS) {
                remark = String.format(
                        Locale.ROOT,
                        ", though it is dated %.1f s before the question: it came late, a clock is wrong, or this is false",
                        datedNanosAgo / NANOS_IN_SECOND);
            }
        }
        out.printf(
                Locale.ROOT,
                "  that %s's entry was news %.1f s before the question%s%n",
                id,
                seenNanosAgo / NANOS_IN_SECOND,
                remark);
    }

    /** Notes where {@code found} lacks what was made anew, or says something else; what it has besides is not ours. */
    private void compare(String place, JsonNode remade, JsonNode found) {
        if (remade.isObject() && found.isObject()) {
            remade.properties()
                    .forEach(field -> compare(
                            place.isEmpty() ? field.getKey() : place + "." + field.getKey(),
                            field.getValue(),
                            found.path(field.getKey())));
        } else if (remade.isArray() && found.isArray() && remade.size() == found.size()) {
            for (int i = 0; i < remade.size(); i++) {
                compare("%s[%s]".formatted(place, i), remade.get(i), found.get(i));
            }
        } else if (remade.isNumber() && found.isNumber()) {
            if (remade.decimalValue().compareTo(found.decimalValue()) != 0) {
                contradiction(place, remade, found);
            }
        } else if (!remade.equals(found)) {
            contradiction(place, remade, found);
        }
    }

    private void contradiction(String place, JsonNode remade, JsonNode found) {
        contradictions.add("%s: found %s, expected %s by the entries".formatted(place, shown(found), shown(remade)));
    }

    private static String shown(JsonNode node) {
        if (node.isMissingNode()) {
            return "nothing";
        }
        return node.isArray() ? "a list of " + node.size() : Commands.printable(node.toString());
    }

    private static byte[] bytes(Path file, int max) throws IOException, UnusableInputException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(max + 1);
            if (bytes.length > max) {
                throw new UnusableInputException(
                        "%s: found more than %s bytes, expected at most that".formatted(file, max));
            }
            return bytes;
        }
    }

    private static UnusableInputException unreadable(Path file, IOException e) {
        return new UnusableInputException(
                "%s: can't be read (%s)".formatted(file, e.getClass().getSimpleName()));
    }

    private static String line(JsonProcessingException e) {
        return e.getLocation() == null ? "?" : String.valueOf(e.getLocation().getLineNr());
    }

    private static String firstLine(JsonProcessingException e) {
        return Commands.printable(e.getOriginalMessage().lines().findFirst().orElse("no reason given"));
    }
}
