package io.distomon.core.crypto;

import java.util.Map;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** What keys of other kinds are called in messages. */
final class KeyKind {
    private static final ASN1ObjectIdentifier ED25519 = id(112);

    private static final Map<ASN1ObjectIdentifier, String> NAMES = Map.of(
            PKCSObjectIdentifiers.rsaEncryption,
            "RSA",
            PKCSObjectIdentifiers.id_RSASSA_PSS,
            "RSA-PSS",
            X9ObjectIdentifiers.id_dsa,
            "DSA",
            X9ObjectIdentifiers.prime256v1,
            "EC P-256",
            SECObjectIdentifiers.secp384r1,
            "EC P-384",
            SECObjectIdentifiers.secp521r1,
            "EC P-521",
            id(110),
            "X25519",
            id(111),
            "X448",
            id(113),
            "Ed448");

    private KeyKind() {}

    static boolean isEd25519(AlgorithmIdentifier algorithm) {
        return ED25519.equals(algorithm.getAlgorithm());
    }

    /** A name, or the object identifier of what has none here. */
    static String of(AlgorithmIdentifier algorithm) {
        ASN1ObjectIdentifier id = algorithm.getAlgorithm();
        if (id.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            return algorithm.getParameters() instanceof ASN1ObjectIdentifier curve
                    ? NAMES.getOrDefault(curve, "EC")
                    : "EC";
        }
        return NAMES.getOrDefault(id, id.getId());
    }

    static InvalidKeyException other(AlgorithmIdentifier algorithm) {
        return other(of(algorithm));
    }

    /** Of RFC 8410 section 3. */
    private static ASN1ObjectIdentifier id(int last) {
        return new ASN1ObjectIdentifier("1.3.101." + last);
    }

    /** @param name of what was found */
    static InvalidKeyException other(String name) {
        return new InvalidKeyException("found a key of the kind %s, expected an Ed25519 one".formatted(name));
    }
}
