package io.distomon.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntryDateTest {
    @ParameterizedTest
    @CsvSource({
        "1970-01-01T00:00:00Z,0",
        "1970-01-01T00:00:00.000001Z,1",
        "1970-01-01T00:00:00.1Z,100000",
        "1970-01-01T02:00:00+02:00,0",
        "1969-12-31T19:30:00-04:30,0",
        "2024-02-29T23:59:59.999999-00:00,1709251199999999",
        "9999-12-31T23:59:59.999999Z,253402300799999999"
    })
    void readsRfc3339InItsNarrowForm(String text, long micros) {
        assertThat(EntryDate.parse(text)).contains(micros);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1970-01-01",
                "1970-01-01 00:00:00Z",
                "1970-01-01T00:00Z",
                "1970-01-01T00:00:00",
                "1970-01-01T00:00:00.Z",
                "1970-01-01T00:00:00,5Z",
                "1970-01-01T00:00:00+0200",
                "1970-01-01T00:00:00+24:00",
                "1970-01-01T00:00:00+02:60",
                "1970-01-01T00:60:00Z",
                "1970-13-01T00:00:00Z",
                "1970-00-01T00:00:00Z",
                "2023-02-29T00:00:00Z",
                "+1970-01-01T00:00:00Z",
                "10000-01-01T00:00:00Z",
                "1970-01-01T00:00:00+00:01",
                "9999-12-31T23:59:59-00:01",
                "१९७०-01-01T00:00:00Z",
                "1970-01-01T00:00:00Z\n"
            })
    void refusesAnyOtherForm(String text) {
        assertThat(EntryDate.parse(text)).isEmpty();
    }

    @Test
    void readsWhatItHasWrittenEvenOfMomentsThatDoNotExist() {
        long last = EntryDate.parse("9999-12-31T23:59:59.999999Z").orElseThrow();

        assertThat(EntryDate.parse(EntryDate.format(last))).contains(last);
        assertThat(EntryDate.parse(EntryDate.format(last + 1))).contains(last);
        assertThat(EntryDate.parse(EntryDate.format(-1))).contains(0L);
    }

    @Test
    void writesSixFractionDigits() {
        assertThat(EntryDate.format(1764000000000000L)).isEqualTo("2025-11-24T16:00:00.000000Z");
        assertThat(EntryDate.format(1764000000000001L)).isEqualTo("2025-11-24T16:00:00.000001Z");
    }
}
