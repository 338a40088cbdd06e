package io.distomon.core.crypto;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The keys in a text, in its order: PEM blocks (RFC 7468, read leniently about line ends, white space and what stands
 * around the blocks), and OpenSSH's lines with public keys. What stands in them is not judged here.
 */
final class KeyText {
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";
    private static final int MAX_LABEL_CHARS = 40;
    private static final Pattern LABEL = Pattern.compile("[A-Z0-9 ]+");

    /**
     * As in authorized_keys and the .pub files of ssh-keygen; options before the type are not for public key files. A blob
     * begins with a length.
     */
    private static final Pattern SSH_LINE = Pattern.compile(
            "(?m)^[ \\t]*((?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]{1,40})[ \\t]+(AAAA[A-Za-z0-9+/]+={0,2})(?:[ \\t].*)?$");

    /**
     * More than any key that we take, and enough to say which kind another is (RSA of 4096 bits has 2,375). What is
     * parsed recursively is deep at most in proportion to it.
     */
    private static final int MAX_KEY_BYTES = 2_560;

    private static final int MAX_BASE64_CHARS = (MAX_KEY_BYTES + 2) / 3 * 4;

    private KeyText() {}

    /**
     * A key as it was found.
     *
     * @param label what the PEM header calls it, or the type in front of an OpenSSH line
     * @param isPem whether it is a PEM block, an OpenSSH line otherwise
     * @param body what should be its base64, with white space; may be secret
     */
    record Found(String label, boolean isPem, String body) {
        /** The bytes. */
        byte[] bytes() throws InvalidKeyException {
            String base64 = body.replaceAll("\\s", "");
            if (base64.length() > MAX_BASE64_CHARS) {
                throw new InvalidKeyException("found %s characters in the %s block, expected an Ed25519 key"
                        .formatted(base64.length(), label));
            }
            try {
                return Base64.getDecoder().decode(base64.getBytes(StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                throw new InvalidKeyException("the %s block is no base64".formatted(label));
            }
        }

        @Override
        public String toString() {
            return "Found[" + label + "]";
        }
    }

    /**
     * Finds the keys.
     *
     * @param expected the label of what should be there, for the message when nothing is
     * @throws InvalidKeyException when there is none, more than {@value Pem#MAX_KEYS}, or a block without its end
     */
    static List<Found> read(String text, String expected) throws InvalidKeyException {
        List<Found> keys = new ArrayList<>();
        int at = 0;
        for (int begin = text.indexOf(BEGIN); begin >= 0; begin = text.indexOf(BEGIN, at)) {
            addLines(text.substring(at, begin), keys);
            int labelFrom = begin + BEGIN.length();
            int labelTo = text.indexOf(DASHES, labelFrom);
            if (labelTo < 0
                    || labelTo - labelFrom > MAX_LABEL_CHARS
                    || !LABEL.matcher(text).region(labelFrom, labelTo).matches()) {
                at = labelFrom; // Words, no header.
                continue;
            }
            String label = text.substring(labelFrom, labelTo);
            int bodyFrom = labelTo + DASHES.length();
            int bodyTo = text.indexOf(DASHES, bodyFrom);
            String end = END + label + DASHES;
            if (bodyTo < 0 || !text.startsWith(end, bodyTo)) {
                throw new InvalidKeyException(
                        "found a PEM block %s without its end, expected %s".formatted(label, end));
            }
            add(new Found(label, true, text.substring(bodyFrom, bodyTo)), keys);
            at = bodyTo + end.length();
        }
        addLines(text.substring(at), keys);
        if (keys.isEmpty()) {
            throw new InvalidKeyException(
                    "found no %s, expected -----BEGIN %s-----".formatted(otherForm(text), expected));
        }
        return keys;
    }

    private static void addLines(String text, List<Found> keys) throws InvalidKeyException {
        Matcher line = SSH_LINE.matcher(text);
        while (line.find()) {
            add(new Found(line.group(1), false, line.group(2)), keys);
        }
    }

    private static void add(Found key, List<Found> keys) throws InvalidKeyException {
        if (keys.size() == Pem.MAX_KEYS) {
            throw new InvalidKeyException(
                    "found more than %s keys, expected at most %s".formatted(Pem.MAX_KEYS, Pem.MAX_KEYS));
        }
        keys.add(key);
    }

    private static String otherForm(String text) {
        if (text.startsWith("PuTTY-User-Key-File")) {
            return "PEM block but a key of PuTTY's (PuTTYgen exports it in OpenSSH's form)";
        }
        return text.contains("---- BEGIN SSH2 ")
                ? "PEM block but a key in SSH2's form (ssh-keygen -i converts it)"
                : "PEM block";
    }
}
