package io.distomon.core.crypto;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** PEM text (RFC 7468) of keys, read leniently about line ends, white space and text around the blocks. */
public final class Pem {
    /** More valid keys per node than this are refused: rotation needs two, and a bound keeps verification bounded. */
    public static final int MAX_KEYS = 4;

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*)-----END ([A-Z0-9 ]{1,40})-----");

    private Pem() {}

    /**
     * Reads the public keys of one node: one SPKI PEM block, or several during a rotation, in the file's order.
     *
     * @throws InvalidKeyException when there is none, more than {@value #MAX_KEYS}, or one that is no usable
     *     Ed25519 key
     */
    public static List<Verifier> publicKeys(String pem) throws InvalidKeyException {
        List<Verifier> keys = new ArrayList<>();
        for (byte[] der : decodeAll("PUBLIC KEY", pem)) {
            Verifier key = Verifier.ofSpki(der);
            if (!keys.contains(key)) {
                keys.add(key);
            }
        }
        return List.copyOf(keys);
    }

    static String encode(String label, byte[] der) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label, base64, label);
    }

    static byte[] decodeOne(String label, String pem) throws InvalidKeyException {
        List<byte[]> blocks = decodeAll(label, pem);
        if (blocks.size() != 1) {
            throw new InvalidKeyException("found %s PEM blocks, expected one %s".formatted(blocks.size(), label));
        }
        return blocks.getFirst();
    }

    static List<byte[]> decodeAll(String label, String pem) throws InvalidKeyException {
        List<byte[]> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(pem);
        while (matcher.find()) {
            if (blocks.size() == MAX_KEYS) {
                throw new InvalidKeyException(
                        "found more than %s PEM blocks, expected at most %s".formatted(MAX_KEYS, MAX_KEYS));
            }
            if (!matcher.group(1).equals(label) || !matcher.group(3).equals(label)) {
                throw new InvalidKeyException("found a PEM block %s, expected %s".formatted(matcher.group(1), label));
            }
            try {
                blocks.add(Base64.getDecoder()
                        .decode(matcher.group(2).replaceAll("\\s", "").getBytes(StandardCharsets.US_ASCII)));
            } catch (IllegalArgumentException e) {
                throw new InvalidKeyException("the %s block is no base64".formatted(label));
            }
        }
        if (blocks.isEmpty()) {
            throw new InvalidKeyException("found no PEM block, expected -----BEGIN %s-----".formatted(label));
        }
        return blocks;
    }
}
