package io.distomon.core.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.distomon.core.view.Testimony.Subject;
import io.distomon.core.view.Testimony.Word;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The verdicts of an independent implementation: networks with what is heard, said and since when. */
class ViewVectorsTest {
    private record Said(
            Map<String, String> verdicts,
            Set<String> broken,
            List<List<String>> partitions,
            boolean minority,
            Set<String> fresh) {}

    record Case(JsonNode json) {
        @Override
        public String toString() {
            return json.get("title").asText();
        }
    }

    static Stream<Case> cases() throws IOException {
        try (InputStream in = ViewVectorsTest.class.getResourceAsStream("/wire/view-vectors.json")) {
            JsonNode cases =
                    new ObjectMapper().readTree(Objects.requireNonNull(in)).get("cases");
            return StreamSupport.stream(cases.spliterator(), false).map(Case::new);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theSameIsSaidOfWhatIsHeard(Case one) {
        assertThat(said(one.json())).isEqualTo(expected(one.json()));
    }

    private static Said said(JsonNode one) {
        Judgement judgement = new Judgement(testimony(one));
        Map<String, String> verdicts = new TreeMap<>();
        Set<String> fresh = new TreeSet<>();
        one.get("members").forEach(member -> {
            String id = member.get("id").asText();
            Judgement.Finding found = judgement.of(id);
            int agreeing = found.state() == NodeState.OFFLINE
                    ? found.offlineObservers()
                    : found.observers() - found.offlineObservers();
            verdicts.put(
                    id,
                    "%s %s %s of %s"
                            .formatted(
                                    found.state().word(),
                                    found.reason() == null
                                            ? "null"
                                            : found.reason().word(),
                                    agreeing,
                                    found.observers()));
            if (judgement.isFresh(id)) {
                fresh.add(id);
            }
        });
        Set<String> broken = new LinkedHashSet<>();
        testimony(one).words().stream()
                .filter(judgement::isBroken)
                .map(word -> word.from() + ">" + word.to())
                .sorted()
                .forEach(broken::add);
        return new Said(verdicts, broken, judgement.divided(), judgement.isMinority(), fresh);
    }

    private static Said expected(JsonNode one) {
        Map<String, String> verdicts = new TreeMap<>();
        one.get("verdicts")
                .properties()
                .forEach(verdict -> verdicts.put(
                        verdict.getKey(),
                        "%s %s %s"
                                .formatted(
                                        verdict.getValue().get("state").asText(),
                                        verdict.getValue().get("reason").asText(),
                                        verdict.getValue().get("shown_as").asText())));
        Set<String> broken = new LinkedHashSet<>();
        one.get("broken").forEach(link -> broken.add(String.join(">", texts(link))));
        List<List<String>> partitions = new ArrayList<>();
        one.get("partitions").forEach(group -> partitions.add(texts(group)));
        return new Said(
                verdicts, broken, partitions, one.get("minority").asBoolean(), new TreeSet<>(texts(one.get("fresh"))));
    }

    private static Testimony testimony(JsonNode one) {
        Map<String, Subject> subjects = new LinkedHashMap<>();
        one.get("members")
                .forEach(member -> subjects.put(
                        member.get("id").asText(),
                        new Subject(
                                member.get("id").asText(),
                                member.get("url").asBoolean(),
                                member.get("heard").asBoolean(),
                                member.get("interval").asDouble(),
                                Double.POSITIVE_INFINITY)));
        Set<String> counts = new LinkedHashSet<>();
        one.get("counts").forEach(pair -> counts.add(String.join(">", texts(pair))));
        List<Word> words = new ArrayList<>();
        one.get("said")
                .properties()
                .forEach(entry -> entry.getValue().properties().forEach(on -> {
                    String from = entry.getKey();
                    String to = on.getKey();
                    boolean counted = one.get("counts").isNull() || counts.contains(from + ">" + to);
                    if (counted && Objects.requireNonNull(subjects.get(from)).heard()) {
                        JsonNode word = on.getValue();
                        words.add(new Word(
                                from,
                                to,
                                word.get("status").asText().equals("offline"),
                                word.path("elapsed").asDouble(),
                                word.path("answered").asBoolean(),
                                true));
                    }
                }));
        return Testimony.of(
                subjects.values(),
                words,
                one.get("asker").isNull() ? null : one.get("asker").asText(),
                Set.copyOf(texts(one.get("unreached"))));
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
