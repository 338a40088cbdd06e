package io.distomon.node.git;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPObjectFactory;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPPublicKeyRingCollection;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;
import org.jspecify.annotations.Nullable;

/** The PGP keys that may sign, as {@code gpg --armor --export} writes them; their subkeys may too. */
final class PgpSigners {
    static final String BEGIN = "-----BEGIN PGP SIGNATURE-----";
    static final String BEGIN_KEY = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
    static final String END_KEY = "-----END PGP PUBLIC KEY BLOCK-----";

    private static final Set<Integer> HASHES =
            Set.of(HashAlgorithmTags.SHA256, HashAlgorithmTags.SHA384, HashAlgorithmTags.SHA512);

    private final List<PGPPublicKeyRing> rings = new ArrayList<>();

    /**
     * Reads keys.
     *
     * @param blocks each in its armour
     * @throws GitException when one of them is none
     */
    PgpSigners(List<String> blocks) throws GitException {
        for (String block : blocks) {
            try {
                new PGPPublicKeyRingCollection(decoded(block), new BcKeyFingerprintCalculator())
                        .getKeyRings()
                        .forEachRemaining(rings::add);
            } catch (IOException | PGPException | RuntimeException e) {
                throw new GitException("found a PGP public key block in git_trusted_signers that can't be read", e);
            }
        }
    }

    boolean isEmpty() {
        return rings.isEmpty();
    }

    /**
     * Whether one of these keys made a signature.
     *
     * @param armored in its armour
     */
    boolean made(String armored, byte[] signed) {
        try {
            if (!(new PGPObjectFactory(decoded(armored), new BcKeyFingerprintCalculator()).nextObject()
                            instanceof PGPSignatureList signatures)
                    || signatures.size() != 1) {
                return false;
            }
            PGPSignature signature = signatures.get(0);
            PGPPublicKey key = key(signature);
            if (key == null || !HASHES.contains(signature.getHashAlgorithm())) {
                return false;
            }
            signature.init(new BcPGPContentVerifierBuilderProvider(), key);
            signature.update(signed);
            return signature.verify();
        } catch (IOException | PGPException | RuntimeException e) {
            // Somebody's bytes that are no signature.
            return false;
        }
    }

    /** The key that a signature says it is of, when it and its owner's are neither revoked nor had expired. */
    private @Nullable PGPPublicKey key(PGPSignature signature) {
        for (PGPPublicKeyRing ring : rings) {
            PGPPublicKey key = ring.getPublicKey(signature.getKeyID());
            if (key != null) {
                return isValid(key, signature) && isValid(ring.getPublicKey(), signature) ? key : null;
            }
        }
        return null;
    }

    private static boolean isValid(PGPPublicKey key, PGPSignature signature) {
        Instant made = signature.getCreationTime().toInstant();
        Instant end = key.getCreationTime().toInstant().plusSeconds(key.getValidSeconds());
        return !key.hasRevocation() && (key.getValidSeconds() == 0 || !made.isAfter(end));
    }

    private static InputStream decoded(String armored) throws IOException {
        return PGPUtil.getDecoderStream(new ByteArrayInputStream(armored.getBytes(StandardCharsets.US_ASCII)));
    }
}
