package io.distomon.node.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PrivateKeyPemTest {
    private KeyPair rsa;
    private KeyPair ec;

    @BeforeAll
    void make() throws Exception {
        rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        ec = TestAuthority.ecKeys();
    }

    @Test
    void rsaEcAndEd25519AreReadAsPkcs8() throws Exception {
        for (KeyPair keys :
                new KeyPair[] {rsa, ec, KeyPairGenerator.getInstance("Ed25519").generateKeyPair()}) {
            String pem = TestAuthority.pem("PRIVATE KEY", keys.getPrivate().getEncoded());

            assertThat(PrivateKeyPem.read(pem)).isEqualTo(keys.getPrivate());
        }
    }

    @Test
    void theOlderFormOfRsaIsReadAsCertManagerWritesIt() throws Exception {
        assertThat(PrivateKeyPem.read(TestAuthority.pem("RSA PRIVATE KEY", pkcs1())))
                .isEqualTo(rsa.getPrivate());
    }

    @Test
    void theOlderFormOfEcIsReadBehindItsParametersAsOpensslWritesIt() throws Exception {
        PrivateKeyInfo info = PrivateKeyInfo.getInstance(ec.getPrivate().getEncoded());
        byte[] sec1 = new org.bouncycastle.asn1.sec.ECPrivateKey(
                        256,
                        ((ECPrivateKey) ec.getPrivate()).getS(),
                        info.getPrivateKeyAlgorithm().getParameters())
                .getEncoded();
        byte[] curve =
                info.getPrivateKeyAlgorithm().getParameters().toASN1Primitive().getEncoded();

        assertThat(PrivateKeyPem.read(
                        TestAuthority.pem("EC PARAMETERS", curve) + TestAuthority.pem("EC PRIVATE KEY", sec1)))
                .isInstanceOfSatisfying(
                        ECPrivateKey.class,
                        read -> assertThat(read.getS()).isEqualTo(((ECPrivateKey) ec.getPrivate()).getS()));
    }

    @Test
    void whatIsNoKeyOrNotWholeIsToldWithoutWhatIsInIt() throws Exception {
        String whole = TestAuthority.pem("RSA PRIVATE KEY", pkcs1());

        assertFault("", "no private key");
        assertFault(new TestAuthority("us").pem(), "no private key");
        assertFault(whole.substring(0, whole.length() / 2), "a PEM block that is not whole");
        assertFault("-----BEGIN PRIVATE KEY-----\n%%%%\n-----END PRIVATE KEY-----\n", "a PEM block that is not whole");
        assertFault(TestAuthority.pem("PRIVATE KEY", new byte[] {1, 2, 3}), "a private key that can't be read");
        assertFault(TestAuthority.pem("RSA PRIVATE KEY", new byte[] {48, 0}), "a private key that can't be read");
        assertFault(TestAuthority.pem("EC PRIVATE KEY", new byte[] {48, 0}), "a private key that can't be read");
        assertFault(TestAuthority.pem("DSA PRIVATE KEY", new byte[] {48, 0}), "a PEM block DSA PRIVATE KEY");
        assertFault(TestAuthority.pem("ENCRYPTED PRIVATE KEY", new byte[] {48, 0}), "an encrypted private key");
        assertFault(
                whole.replace("KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n"),
                "an encrypted private key");
        assertFault(
                TestAuthority.pem(
                        "PRIVATE KEY",
                        KeyPairGenerator.getInstance("X25519")
                                .generateKeyPair()
                                .getPrivate()
                                .getEncoded()),
                "a private key of the kind 1.3.101.110");
    }

    private byte[] pkcs1() throws Exception {
        return PrivateKeyInfo.getInstance(rsa.getPrivate().getEncoded())
                .parsePrivateKey()
                .toASN1Primitive()
                .getEncoded();
    }

    private static void assertFault(String text, String fault) {
        assertThatThrownBy(() -> PrivateKeyPem.read(text))
                .isInstanceOf(UnfitException.class)
                .hasMessage(fault);
    }
}
