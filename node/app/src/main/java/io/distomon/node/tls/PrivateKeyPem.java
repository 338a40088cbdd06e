package io.distomon.node.tls;

import java.io.IOException;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Map;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;

/**
 * The private key of a certificate as issuers write it: PKCS8 (RFC 5958), or the older forms of RSA (PKCS1, RFC 8017
 * appendix A.1.2) and EC (SEC1, RFC 5915), which the JDK does not read. No message holds key material.
 */
final class PrivateKeyPem {
    private static final String EXPECTED = "a private key without a password in PEM form (RSA, EC or Ed25519)";
    private static final String LABEL = "PRIVATE KEY";

    private static final Map<ASN1ObjectIdentifier, String> KINDS = Map.of(
            PKCSObjectIdentifiers.rsaEncryption,
            "RSA",
            X9ObjectIdentifiers.id_ecPublicKey,
            "EC",
            EdECObjectIdentifiers.id_Ed25519,
            "Ed25519");

    private PrivateKeyPem() {}

    /** The first private key in a text; what else is in it, such as the parameters of a curve, is passed over. */
    static PrivateKey read(String text) throws UnfitException {
        try (PemReader reader = new PemReader(new StringReader(text))) {
            for (PemObject block = reader.readPemObject(); block != null; block = reader.readPemObject()) {
                if (block.getType().endsWith(LABEL)) {
                    return key(block);
                }
            }
        } catch (IOException | IllegalStateException e) {
            // Of a block that is not whole; the words may quote it.
            throw new UnfitException("a PEM block that is not whole", EXPECTED);
        }
        throw new UnfitException("no private key", EXPECTED);
    }

    private static PrivateKey key(PemObject block) throws UnfitException {
        // The older forms tell in a header that they are encrypted (RFC 1421 section 4.6.1.1).
        if (block.getType().equals("ENCRYPTED PRIVATE KEY")
                || !block.getHeaders().isEmpty()) {
            throw new UnfitException("an encrypted private key", EXPECTED);
        }
        try {
            PrivateKeyInfo info = info(block);
            ASN1ObjectIdentifier kind = info.getPrivateKeyAlgorithm().getAlgorithm();
            String name = KINDS.get(kind);
            if (name == null) {
                throw new UnfitException("a private key of the kind " + kind.getId(), EXPECTED);
            }
            return KeyFactory.getInstance(name).generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()));
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            // Whatever the parser finds wrong; its words may quote the bytes.
            throw new UnfitException("a private key that can't be read", EXPECTED);
        }
    }

    private static PrivateKeyInfo info(PemObject block) throws IOException, UnfitException {
        return switch (block.getType()) {
            case LABEL -> PrivateKeyInfo.getInstance(block.getContent());
            case "RSA PRIVATE KEY" ->
                new PrivateKeyInfo(
                        new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                        RSAPrivateKey.getInstance(block.getContent()));
            case "EC PRIVATE KEY" -> {
                ECPrivateKey key = ECPrivateKey.getInstance(block.getContent());
                yield new PrivateKeyInfo(
                        new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, key.getParametersObject()), key);
            }
            default -> throw new UnfitException("a PEM block " + block.getType(), EXPECTED);
        };
    }
}
