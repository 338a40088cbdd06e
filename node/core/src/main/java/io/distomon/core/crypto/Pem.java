package io.distomon.core.crypto;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Keys as text: PEM (RFC 7468) as it is written here, and what people have besides as it is read. */
public final class Pem {
    /** More valid keys per node than this are refused: rotation needs two, and a bound keeps verification bounded. */
    public static final int MAX_KEYS = 4;

    private Pem() {}

    /**
     * Reads the public keys of one node: one, or several during a rotation, in the text's order.
     *
     * @param text SPKI PEM blocks, or lines of OpenSSH's as {@code ssh-ed25519 AAAA…}
     * @throws InvalidKeyException when there is none, more than {@value #MAX_KEYS}, or one that is no usable
     *     Ed25519 key
     */
    public static List<Verifier> publicKeys(String text) throws InvalidKeyException {
        List<Verifier> keys = new ArrayList<>();
        for (KeyText.Found found : KeyText.read(text, PublicKeyForms.SPKI)) {
            Verifier key = PublicKeyForms.read(found);
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
}
