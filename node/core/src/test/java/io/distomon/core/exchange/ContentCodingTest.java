package io.distomon.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.distomon.core.wire.Vectors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentCodingTest {
    private static final int LONGEST = 4 * 1024 * 1024;
    private static final int MANY_BLOCKS = 300_000;

    /** As little as random text can be made shorter. */
    private static byte[] text(int length) {
        byte[] random = new byte[length];
        new Random(7).nextBytes(random);
        return Arrays.copyOf(Base64.getEncoder().encode(random), length);
    }

    @ParameterizedTest
    @ValueSource(ints = {2048, 2049, 8192, 8193, 100_000, LONGEST})
    void aBodyComesOutAsItWentInAndIsShorterMeanwhile(int length) throws Exception {
        byte[] coded = ContentCoding.coded(text(length)).orElseThrow();

        assertThat(coded.length).isLessThan(length * 4 / 5);
        assertThat(ContentCoding.decoded(coded)).isEqualTo(text(length));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void whatANodeMakesOfABodyIsReadByAnotherImplementation(byte[] body) {
        byte[] coded = ContentCoding.coded(body).orElseThrow();

        assertThat(Rfc1950.read(coded, body.length)).isEqualTo(body);
    }

    static Stream<Named<byte[]>> bodies() {
        byte[] message =
                Vectors.get("exchange").get("request").get("body").asText().getBytes(StandardCharsets.UTF_8);
        byte[] messages = new byte[4 * message.length];
        for (int i = 0; i < messages.length; i++) {
            messages[i] = (byte) (message[i % message.length] + (i % 1_009 == 0 ? 1 : 0));
        }
        return Stream.of(
                Named.of("a message, four times, and not quite", messages),
                Named.of("random text", text(MANY_BLOCKS)),
                Named.of("random text, and then nothing", Arrays.copyOf(text(10_000), 50_000)));
    }

    @Test
    void shortBodiesGoAsTheyAre() {
        assertThat(ContentCoding.coded(text(2047))).isEmpty();
    }

    @Test
    void whatWouldBeNoShorterGoesAsItIs() {
        byte[] random = new byte[10_000];
        new Random(7).nextBytes(random);

        assertThat(ContentCoding.coded(random)).isEmpty();
    }

    @Test
    void whatOthersWouldTakeForTooLongGoesAsItIs() throws Exception {
        assertThat(ContentCoding.coded(new byte[10_000])).isEmpty();
        byte[] tooEmpty = Arrays.copyOf(text(10_000), 80_000);
        assertThat(ContentCoding.coded(tooEmpty)).isEmpty();
        byte[] lessSo = Arrays.copyOf(text(10_000), 50_000);
        assertThat(ContentCoding.decoded(ContentCoding.coded(lessSo).orElseThrow()))
                .isEqualTo(lessSo);
    }

    @Test
    void moreThanEightTimesWhatCameIsTooLong() {
        byte[] tooEmpty = coded(Arrays.copyOf(text(10_000), 80_000));
        assertThat(tooEmpty.length).isBetween(80_000 / 16, 80_000 / 8);

        assertTooLong(tooEmpty);
        assertTooLong(coded(new byte[LONGEST]));
    }

    @Test
    void oneByteMoreThanAMessageMayHaveIsTooLong() {
        assertTooLong(coded(text(LONGEST + 1)));
    }

    private static void assertTooLong(byte[] coded) {
        assertThatThrownBy(() -> ContentCoding.decoded(coded))
                .isInstanceOfSatisfying(
                        ContentCoding.Undecodable.class,
                        refused -> assertThat(refused.isTooLong()).isTrue());
    }

    /** There is room for what may become of a body, and not for that twice. */
    @Test
    void onItsWayOutABodyTakesNoMoreMemoryThanItsLength() throws Exception {
        byte[] coded = coded(text(LONGEST));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        ContentCoding.decoded(coded);

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(LONGEST * 11 / 10);
    }

    @ParameterizedTest
    @MethodSource
    void whatIsNoWholeStreamIsNotRead(byte[] found) {
        assertThatThrownBy(() -> ContentCoding.decoded(found))
                .isInstanceOfSatisfying(
                        ContentCoding.Undecodable.class,
                        refused -> assertThat(refused.isTooLong()).isFalse());
    }

    static Stream<Named<byte[]>> whatIsNoWholeStreamIsNotRead() {
        byte[] coded = coded(text(5_000));
        return Stream.of(
                Named.of("nothing", new byte[0]),
                Named.of("plain", text(5_000)),
                Named.of("one byte less", Arrays.copyOf(coded, coded.length - 1)),
                Named.of("without its checksum", Arrays.copyOf(coded, coded.length - 4)),
                Named.of("half of it", Arrays.copyOf(coded, coded.length / 2)),
                Named.of("one byte more", Arrays.copyOf(coded, coded.length + 1)),
                Named.of("with another behind it", twice(coded)),
                Named.of("with a wrong checksum", changed(coded, coded.length - 1)),
                Named.of("with a byte changed", changed(coded, coded.length / 2)),
                Named.of("with a dictionary", withDictionary()),
                Named.of("without head and checksum", raw()),
                Named.of("gzip", gzip()));
    }

    private static byte[] coded(byte[] body) {
        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(coded)) {
            out.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return coded.toByteArray();
    }

    private static byte[] gzip() {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(text(5_000));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    private static byte[] withDictionary() {
        Deflater deflater = new Deflater();
        deflater.setDictionary("\"payload\":\"".getBytes(StandardCharsets.US_ASCII));
        return finished(deflater);
    }

    private static byte[] raw() {
        return finished(new Deflater(Deflater.DEFAULT_COMPRESSION, true));
    }

    private static byte[] finished(Deflater deflater) {
        try {
            deflater.setInput(text(5_000));
            deflater.finish();
            byte[] coded = new byte[10_000];
            return Arrays.copyOf(coded, deflater.deflate(coded));
        } finally {
            deflater.end();
        }
    }

    private static byte[] changed(byte[] coded, int at) {
        byte[] changed = coded.clone();
        changed[at] ^= 1;
        return changed;
    }

    private static byte[] twice(byte[] coded) {
        byte[] both = Arrays.copyOf(coded, 2 * coded.length);
        System.arraycopy(coded, 0, both, coded.length, coded.length);
        return both;
    }
}
