package io.distomon.core.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{}{}",
                "{} x",
                "[1,]",
                "{\"a\":1,}",
                "{\"a\":1,\"a\":2}",
                "{\"x\":{\"a\":1,\"a\":1}}",
                "NaN",
                "Infinity",
                "[-Infinity]",
                "{'a':1}",
                "{a:1}",
                "01",
                "+1",
                ".5",
                "1.",
                "\"\t\"",
                "\"\\ud800\"",
                "// c\n1",
                "\uFEFF{}",
                "nul",
                "[1 2]"
            })
    void refusesWhatIsNoStrictJson(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(InvalidJsonException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", " [ ] ", "null", "\"é\"", "{\"a\":{\"a\":1},\"b\":[true,false,null,-1.5e-3,0]}"})
    void skipsAnythingElse(String text) throws InvalidJsonException {
        read(text);
    }

    @Test
    void refusesBytesThatAreNoUtf8() {
        byte[][] texts = {
            {'"', (byte) 0xff, '"'},
            {'"', (byte) 0xc0, (byte) 0x80, '"'},
            {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'},
            {'"', (byte) 0xc3, '"'},
            {'{', '}', (byte) 0xc3},
            {'{', '}', ' ', (byte) 0xff},
            {(byte) 0xff, (byte) 0xfe, '1', 0},
            {'1', 0, 0, 0}
        };
        for (byte[] text : texts) {
            assertThatThrownBy(() -> StrictJson.parse(text, StrictJsonTest::skip))
                    .isInstanceOf(InvalidJsonException.class);
        }
    }

    @Test
    void takesThirtyTwoLevelsAndNoMore() throws InvalidJsonException {
        read("[".repeat(32) + "]".repeat(32));
        assertThatThrownBy(() -> read("[".repeat(33) + "]".repeat(33))).isInstanceOf(InvalidJsonException.class);
        assertThatThrownBy(() -> read("[".repeat(1_000_000))).isInstanceOf(InvalidJsonException.class);
    }

    @Test
    void takesNumbersOfSixtyFourCharactersAndNoMore() throws InvalidJsonException {
        read("-0." + "1".repeat(61));
        assertThatThrownBy(() -> read("-0." + "1".repeat(62))).isInstanceOf(InvalidJsonException.class);
        assertThatThrownBy(() -> read("[" + "1".repeat(65) + "]")).isInstanceOf(InvalidJsonException.class);
    }

    @Test
    void takesStringsAndNamesOfOneKibibyteAndNoMore() throws InvalidJsonException {
        read("\"" + "é".repeat(512) + "\"");
        assertThatThrownBy(() -> read("\"" + "é".repeat(512) + "x\"")).isInstanceOf(InvalidJsonException.class);
        read("{\"" + "n".repeat(1024) + "\":1}");
        assertThatThrownBy(() -> read("{\"" + "n".repeat(1025) + "\":1}")).isInstanceOf(InvalidJsonException.class);
    }

    @Test
    void handsOverTheItemsOfAnArrayAndNoMoreThanAllowed() throws InvalidJsonException {
        assertThat(texts("[\"a\", \"b\"]")).containsExactly("a", "b");
        assertThat(texts("[]")).isEmpty();
        assertThatThrownBy(() -> texts("[\"a\", \"b\", \"c\"]"))
                .isInstanceOf(InvalidJsonException.class)
                .hasMessageContaining("more than 2 items");
        assertThatThrownBy(() -> texts("{}"))
                .isInstanceOf(InvalidJsonException.class)
                .hasMessageContaining("expected an array");
        assertThatThrownBy(() -> texts("[\"a\"")).isInstanceOf(InvalidJsonException.class);
    }

    private static List<String> texts(String json) throws InvalidJsonException {
        return StrictJson.parse(json.getBytes(StandardCharsets.UTF_8), text -> {
            List<String> items = new ArrayList<>();
            text.list(2, () -> items.add(text.text()));
            return items;
        });
    }

    @Test
    void boundsTheMembersOfAMap() throws InvalidJsonException {
        assertThat(count(members(1024))).isEqualTo(1024);
        assertThatThrownBy(() -> count(members(1025))).isInstanceOf(InvalidJsonException.class);
    }

    @Test
    void boundsTheWholeSoThatUnknownNamesCannotFillTheHeap() {
        assertThatThrownBy(() -> read(members(100_000))).isInstanceOf(InvalidJsonException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "1e3", "-1", "9007199254740992", "99999999999999999999", "\"1\"", "null", "true"})
    void takesOnlyExactIntegersAsIntegers(String text) {
        assertThatThrownBy(() -> StrictJson.parse(bytes(text), StrictJson::integer))
                .isInstanceOf(InvalidJsonException.class);
    }

    @Test
    void takesTheLargestExactInteger() throws InvalidJsonException {
        assertThat(StrictJson.parse(bytes("9007199254740991"), StrictJson::integer))
                .isEqualTo(StrictJson.MAX_INTEGER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e309", "-1e309", "\"1\"", "null", "[]"})
    void takesOnlyFiniteNumbersAsNumbers(String text) {
        assertThatThrownBy(() -> StrictJson.parse(bytes(text), StrictJson::number))
                .isInstanceOf(InvalidJsonException.class);
    }

    /** Short texts and long ones are decoded in two ways. */
    @ParameterizedTest
    @ValueSource(ints = {1, 64 * 1024 - 2, 64 * 1024 - 1, 300_000})
    void readsTextsOfAnyLengthAlikeAndRefusesWhatIsNoUtf8InAllOfThem(int chars) throws InvalidJsonException {
        byte[] text = bytes("\"" + "x".repeat(chars) + "\"");
        String read = StrictJson.parse(text, json -> Objects.requireNonNull(json.textIfAtMost(chars)));
        assertThat(read).hasSize(chars);

        text[1] = (byte) 0xC0; // an overlong form
        assertThatThrownBy(() -> StrictJson.parse(text, json -> String.valueOf(json.textIfAtMost(chars))))
                .isInstanceOf(InvalidJsonException.class);
    }

    @Test
    void countsBytesOfALongStringAndNotCharacters() throws InvalidJsonException {
        String text = "x".repeat(5000) + "é€😀";
        int bytes = 5000 + 2 + 3 + 4;

        assertThat(text(text, bytes)).isEqualTo(text);
        assertThat(text(text, bytes - 1)).isEqualTo("none");
        assertThat(text("x".repeat(5000) + "\\ud83d", 6000))
                .as("half of a pair")
                .isEqualTo("none");
    }

    private static String text(String text, int maxBytes) throws InvalidJsonException {
        return StrictJson.parse(
                bytes("\"" + text + "\""), json -> Objects.requireNonNullElse(json.textIfAtMost(maxBytes), "none"));
    }

    private static String members(int count) {
        return IntStream.range(0, count).mapToObj(i -> "\"n" + i + "\":0").collect(Collectors.joining(",", "{", "}"));
    }

    private static int count(String text) throws InvalidJsonException {
        int[] count = {0};
        return StrictJson.parse(bytes(text), json -> {
            json.map(name -> {
                json.skip();
                count[0]++;
            });
            return count[0];
        });
    }

    private static void read(String text) throws InvalidJsonException {
        StrictJson.parse(bytes(text), StrictJsonTest::skip);
    }

    private static boolean skip(StrictJson json) throws InvalidJsonException, java.io.IOException {
        json.skip();
        return true;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
