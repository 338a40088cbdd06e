package io.distomon.node.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * What the API is served with. Its text form holds no secret.
 *
 * @param key the private key
 * @param chain its certificate, and those by which it was signed
 */
record ServedCertificate(PrivateKey key, List<X509Certificate> chain) {
    private static final Map<String, String> SIGNATURES =
            Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");

    ServedCertificate {
        chain = List.copyOf(chain);
    }

    /** Whether the key is that of the certificate: only then what it signs verifies. */
    boolean isWhole() {
        String algorithm = SIGNATURES.get(key.getAlgorithm());
        try {
            byte[] any = chain.getFirst().getEncoded();
            Signature signature = Signature.getInstance(String.valueOf(algorithm));
            signature.initSign(key);
            signature.update(any);
            byte[] signed = signature.sign();
            signature.initVerify(chain.getFirst().getPublicKey());
            signature.update(any);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            // A key of another kind, or of another length.
            return false;
        }
    }

    /** As the framework takes it. */
    KeyStore keyStore() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("served", key, null, chain.toArray(X509Certificate[]::new));
            return store;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whom it is for. */
    String subject() {
        return chain.getFirst().getSubjectX500Principal().getName(X500Principal.RFC2253);
    }

    Instant validFrom() {
        return chain.getFirst().getNotBefore().toInstant();
    }

    Instant expiresAt() {
        return chain.getFirst().getNotAfter().toInstant();
    }

    /** Why it is of no use at some time; null when it is. */
    @Nullable
    String fault(Instant now) {
        if (now.isAfter(expiresAt())) {
            return "a certificate that expired on " + expiresAt();
        }
        return now.isBefore(validFrom()) ? "a certificate that is valid from %s on".formatted(validFrom()) : null;
    }

    @Override
    public String toString() {
        return "ServedCertificate[%s until %s]".formatted(subject(), expiresAt());
    }
}
