package io.distomon.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.OpenSSHPrivateKeyUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files that people have keys in, and what is said of those that are none of ours. */
class KeyFormsTest {
    /** RFC 8410 section 10.3: the same key three times. */
    private static final String RFC_PRIVATE = """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
            -----END PRIVATE KEY-----
            """;

    private static final String RFC_PRIVATE_WITH_ATTRIBUTES_AND_HALF = """
            -----BEGIN PRIVATE KEY-----
            MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
            oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB
            Z9w7lshQhqowtrbLDFw4rXAxZuE=
            -----END PRIVATE KEY-----
            """;

    private static final String RFC_PUBLIC = """
            -----BEGIN PUBLIC KEY-----
            MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
            -----END PUBLIC KEY-----
            """;

    /** Both made by ssh-keygen of OpenSSH. */
    private static final String OPENSSH_PRIVATE = """
            -----BEGIN OPENSSH PRIVATE KEY-----
            b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
            QyNTUxOQAAACDqEq8jJ7Cdm11Rx5QBYJhYH5XOFOhC/WBYBdbCFmt03AAAAJBNNVhcTTVY
            XAAAAAtzc2gtZWQyNTUxOQAAACDqEq8jJ7Cdm11Rx5QBYJhYH5XOFOhC/WBYBdbCFmt03A
            AAAEDGM7ZDz7uXVvdVddTxfgY/aSO7PgKbzJpFBc8MVfTJcuoSryMnsJ2bXVHHlAFgmFgf
            lc4U6EL9YFgF1sIWa3TcAAAAC29wc0BleGFtcGxlAQI=
            -----END OPENSSH PRIVATE KEY-----
            """;

    private static final String OPENSSH_PUBLIC =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOoSryMnsJ2bXVHHlAFgmFgflc4U6EL9YFgF1sIWa3Tc ops@example\n";

    private static final String ED25519_BLOB_START = "AAAAC3NzaC1lZDI1NTE5AAAA";

    @ParameterizedTest
    @ValueSource(strings = {RFC_PRIVATE, RFC_PRIVATE_WITH_ATTRIBUTES_AND_HALF})
    void aPrivateKeyIsTakenWithOrWithoutItsPublicHalf(String pem) throws Exception {
        assertThat(Signer.fromPem("fra", pem).verifier())
                .isEqualTo(Pem.publicKeys(RFC_PUBLIC).getFirst());
        assertThat(Signer.fromPem("fra", pem).privatePem()).isEqualTo(RFC_PRIVATE);
    }

    @Test
    void keysOfOpenSshAreTaken() throws Exception {
        assertThat(Signer.fromPem("fra", OPENSSH_PRIVATE).verifier())
                .isEqualTo(Pem.publicKeys(OPENSSH_PUBLIC).getFirst());
    }

    @Test
    void severalKeysInAnyFormsAreTakenInTheirOrderWithWhatStandsAroundThem() throws Exception {
        String text = "Bag Attributes\n    friendlyName: fra\nKey Attributes: <No Attributes>\n" + RFC_PRIVATE
                + "-----\nthe next one:\n" + OPENSSH_PRIVATE + "# -----BEGIN of nothing\n";
        Verifier rfc = Pem.publicKeys(RFC_PUBLIC).getFirst();
        Verifier openSsh = Pem.publicKeys(OPENSSH_PUBLIC).getFirst();

        assertThat(verifiers(text)).containsExactly(rfc, openSsh);
        assertThat(verifiers(text.replace("\n", "\r\n"))).containsExactly(rfc, openSsh);
        assertThat(Pem.publicKeys("# of fra\n" + OPENSSH_PUBLIC + RFC_PUBLIC + "ssh-ed25519 is what it is\n"))
                .containsExactly(openSsh, rfc);
        assertThat(Pem.publicKeys((OPENSSH_PUBLIC.strip() + "\r\n" + RFC_PUBLIC).replace("\n", "\r\n")))
                .containsExactly(openSsh, rfc);
    }

    @Test
    void aPublicHalfOfAnotherKeyIsRefused() {
        String expected = "found a private key beside the public half of another, expected its own";
        byte[] pkcs8 = bytes(RFC_PRIVATE_WITH_ATTRIBUTES_AND_HALF);
        pkcs8[pkcs8.length - 1] ^= 1;
        assertRefused(Pem.encode("PRIVATE KEY", pkcs8), expected);
        byte[] other = openSshOf(new Ed25519PrivateKeyParameters(new SecureRandom()));
        byte[] mixed = bytes(OPENSSH_PRIVATE);
        int half = "openssh-key-v1\0".length() + 4 + 4 + 4 + 4 + 4 + 4 + 4 + 4 + 11 + 4;
        System.arraycopy(other, half, mixed, half, 32);
        assertRefused(Pem.encode("OPENSSH PRIVATE KEY", mixed), expected);
    }

    @Test
    void anEncryptedKeyIsToldWithWhatToDo() {
        String expected = "found an encrypted private key, expected one without a password, as nobody is there to type"
                + " it (openssl pkey, or ssh-keygen -p, takes it off)";
        assertRefused(Pem.encode("ENCRYPTED PRIVATE KEY", new byte[40]), expected);
        assertRefused(Pem.encode("OPENSSH PRIVATE KEY", encryptedOpenSsh()), expected);
    }

    static Stream<Arguments> othersPrivateKeys() throws GeneralSecurityException {
        return Stream.of(
                arguments(
                        "RSA",
                        Pem.encode("PRIVATE KEY", pair("RSA").getPrivate().getEncoded())),
                arguments("RSA", Pem.encode("RSA PRIVATE KEY", new byte[40])),
                arguments(
                        "EC P-256",
                        Pem.encode("PRIVATE KEY", ec("secp256r1").getPrivate().getEncoded())),
                arguments(
                        "EC P-521",
                        Pem.encode("PRIVATE KEY", ec("secp521r1").getPrivate().getEncoded())),
                arguments("EC", Pem.encode("EC PARAMETERS", new byte[4]) + Pem.encode("EC PRIVATE KEY", new byte[40])),
                arguments(
                        "X25519",
                        Pem.encode("PRIVATE KEY", pair("X25519").getPrivate().getEncoded())),
                arguments(
                        "Ed448",
                        Pem.encode("PRIVATE KEY", pair("Ed448").getPrivate().getEncoded())),
                arguments("1.2.3.4", Pem.encode("PRIVATE KEY", der("300c02010030050603" + "2a0304" + "0400"))),
                arguments("ssh-rsa", Pem.encode("OPENSSH PRIVATE KEY", openSsh("none", string("ssh-rsa")))));
    }

    @ParameterizedTest
    @MethodSource("othersPrivateKeys")
    void aPrivateKeyOfAnotherKindIsToldByItsName(String kind, String pem) {
        assertRefused(pem, "found a key of the kind %s, expected an Ed25519 one".formatted(kind));
    }

    static Stream<Arguments> othersPublicKeys() throws GeneralSecurityException {
        return Stream.of(
                arguments(
                        "RSA", Pem.encode("PUBLIC KEY", pair("RSA").getPublic().getEncoded())),
                arguments(
                        "EC P-384",
                        Pem.encode("PUBLIC KEY", ec("secp384r1").getPublic().getEncoded())),
                arguments(
                        "X25519",
                        Pem.encode("PUBLIC KEY", pair("X25519").getPublic().getEncoded())),
                arguments("ssh-rsa", "ssh-rsa AAAAB3NzaC1yc2EAAAADAQAB ops@example\n"),
                arguments("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256 AAAAE2VjZHNh\n"),
                arguments("sk-ssh-ed25519@openssh.com", "sk-ssh-ed25519@openssh.com AAAAGnNr\n"));
    }

    @ParameterizedTest
    @MethodSource("othersPublicKeys")
    void aPublicKeyOfAnotherKindIsToldByItsName(String kind, String text) {
        assertThatThrownBy(() -> Pem.publicKeys(text))
                .isInstanceOf(InvalidKeyException.class)
                .hasMessage("found a key of the kind %s, expected an Ed25519 one".formatted(kind));
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                arguments("", "found no PEM block, expected -----BEGIN PRIVATE KEY-----"),
                arguments("PuTTY-User-Key-File-3: ssh-ed25519\n", "found no PEM block but a key of PuTTY's (PuTTYgen"),
                arguments(
                        "-----BEGIN PRIVATE KEY-----\nMC4C", "found a PEM block PRIVATE KEY without its end, expected"),
                arguments(
                        "-----BEGIN PRIVATE KEY-----\n?\n-----END PRIVATE KEY-----",
                        "the PRIVATE KEY block is no base64"),
                arguments(Pem.encode("PRIVATE KEY", new byte[48]), "found no PKCS8 in the PEM block PRIVATE KEY"),
                arguments(Pem.encode("PRIVATE KEY", new byte[3000]), "found 4000 characters in the PRIVATE KEY block"),
                arguments(Pem.encode("PRIVATE KEY", deep()), "found no PKCS8 in the PEM block PRIVATE KEY"),
                arguments(
                        Pem.encode("PRIVATE KEY", Arrays.copyOf(bytes(RFC_PRIVATE), 47)),
                        "found no PKCS8 in the PEM block PRIVATE KEY"),
                arguments(
                        Pem.encode("PRIVATE KEY", Arrays.copyOf(bytes(RFC_PRIVATE), 49)),
                        "found no PKCS8 in the PEM block PRIVATE KEY"),
                arguments(
                        Pem.encode("PRIVATE KEY", der("302c020100300506032b65700420041e" + "11".repeat(30))),
                        "found an Ed25519 private key of 30 bytes, expected 32"),
                arguments(
                        Pem.encode("OPENSSH PRIVATE KEY", new byte[40]), "found no key of OpenSSH's in the PEM block"),
                arguments(
                        Pem.encode("OPENSSH PRIVATE KEY", Arrays.copyOf(bytes(OPENSSH_PRIVATE), 100)),
                        "found no key of OpenSSH's in the PEM block"),
                arguments(OPENSSH_PUBLIC, "found a public key (ssh-ed25519), expected a private one"),
                arguments(RFC_PUBLIC, "found a PEM block PUBLIC KEY, expected PRIVATE KEY or OPENSSH PRIVATE KEY"));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void whatIsNoKeyIsToldWithWhatWasFound(String text, String message) {
        assertThatThrownBy(() -> Signer.allFromPem("fra", text))
                .isInstanceOf(InvalidKeyException.class)
                .hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ssh-ed25519 " + ED25519_BLOB_START + "\n",
                "ssh-ed25519 ////\n",
                "ssh-ed25519 AAAAB3NzaC1yc2EAAAADAQAB\n",
                "ssh-ed25519 " + ED25519_BLOB_START + "IAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
            })
    void aLineOfOpenSshThatHoldsNoUsableKeyIsRefused(String line) {
        assertThatThrownBy(() -> Pem.publicKeys(line)).isInstanceOf(InvalidKeyException.class);
    }

    private static List<Verifier> verifiers(String text) throws InvalidKeyException {
        return Signer.allFromPem("fra", text).stream().map(Signer::verifier).toList();
    }

    private static void assertRefused(String pem, String message) {
        assertThatThrownBy(() -> Signer.allFromPem("fra", pem))
                .isInstanceOf(InvalidKeyException.class)
                .hasMessage(message);
    }

    private static KeyPair pair(String algorithm) throws GeneralSecurityException {
        return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
    }

    private static KeyPair ec(String curve) throws GeneralSecurityException {
        AlgorithmParameterSpec spec = new ECGenParameterSpec(curve);
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(spec);
        return generator.generateKeyPair();
    }

    private static byte[] openSshOf(Ed25519PrivateKeyParameters key) {
        try {
            return OpenSSHPrivateKeyUtil.encodePrivateKey(key);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] encryptedOpenSsh() {
        byte[] half = Arrays.copyOf(string("ssh-ed25519"), 4 + 11 + 4 + 32);
        return openSsh("aes256-ctr", half);
    }

    /** The front of a file, with the cipher's name and the public half. */
    private static byte[] openSsh(String cipher, byte[] half) {
        ByteBuffer blob = ByteBuffer.allocate(200);
        blob.put("openssh-key-v1\0".getBytes(StandardCharsets.US_ASCII));
        blob.put(string(cipher)).put(string("none")).put(string("")).putInt(1);
        blob.putInt(half.length).put(half);
        return Arrays.copyOf(blob.array(), blob.position());
    }

    private static byte[] string(String text) {
        return ByteBuffer.allocate(4 + text.length())
                .putInt(text.length())
                .put(text.getBytes(StandardCharsets.US_ASCII))
                .array();
    }

    /** As deep as what is parsed can be. */
    private static byte[] deep() {
        byte[] der = new byte[2_560];
        for (int i = 0; i < der.length; i += 2) {
            der[i] = 0x30;
            der[i + 1] = (byte) 0x80;
        }
        return der;
    }

    private static byte[] der(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static byte[] bytes(String pem) {
        String base64 = pem.replaceAll("-----[^-]*-----", "").replaceAll("\\s", "");
        return Base64.getDecoder().decode(base64);
    }
}
