package io.distomon.node.git;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPObjectFactory;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPPublicKeyRingCollection;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.PGPSignatureSubpacketVector;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;
import org.jspecify.annotations.Nullable;

/**
 * The PGP keys that may sign, as {@code gpg --armor --export} writes them. A subkey may too when the key says so and the
 * subkey agrees (RFC 9580, sections 5.2.1.8 and 5.2.1.9): anybody can put another's subkey beside a key that is public.
 */
final class PgpSigners {
    static final String BEGIN = "-----BEGIN PGP SIGNATURE-----";
    static final String BEGIN_KEY = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
    static final String END_KEY = "-----END PGP PUBLIC KEY BLOCK-----";

    private static final Set<Integer> HASHES =
            Set.of(HashAlgorithmTags.SHA256, HashAlgorithmTags.SHA384, HashAlgorithmTags.SHA512);

    private final List<PGPPublicKeyRing> rings = new ArrayList<>();

    /** A block of keys in its armour, and the line of the file in which it begins. */
    record Block(int line, String text) {}

    /**
     * Reads keys.
     *
     * @throws GitException when a block holds none
     */
    PgpSigners(List<Block> blocks) throws GitException {
        for (Block block : blocks) {
            try {
                Iterator<PGPPublicKeyRing> found = new PGPPublicKeyRingCollection(
                                decoded(block.text()), new BcKeyFingerprintCalculator())
                        .getKeyRings();
                if (!found.hasNext()) {
                    throw unreadable(block, null);
                }
                found.forEachRemaining(rings::add);
            } catch (IOException | PGPException | RuntimeException e) {
                throw unreadable(block, e);
            }
        }
    }

    private static GitException unreadable(Block block, @Nullable Exception cause) {
        String message =
                "found a PGP public key block in line %s of git_trusted_signers that can't be read, expected one as"
                                .formatted(block.line())
                        + " gpg --armor --export writes it";
        return cause == null ? new GitException(message) : new GitException(message, cause);
    }

    boolean isEmpty() {
        return rings.isEmpty();
    }

    /**
     * Whether one of these keys made a signature, which is good now: what its maker's clock says counts for nothing.
     *
     * @param armored in its armour
     */
    boolean made(String armored, byte[] signed, Instant now) {
        try {
            PGPObjectFactory objects = new PGPObjectFactory(decoded(armored), new BcKeyFingerprintCalculator());
            if (!(objects.nextObject() instanceof PGPSignatureList signatures)
                    || signatures.size() != 1
                    || objects.nextObject() != null) {
                return false;
            }
            PGPSignature signature = signatures.get(0);
            if (signature.getSignatureType() != PGPSignature.BINARY_DOCUMENT
                    || !HASHES.contains(signature.getHashAlgorithm())
                    || isOver(signature.getCreationTime().toInstant(), expiry(signature), now)) {
                return false;
            }
            for (PGPPublicKeyRing ring : rings) {
                PGPPublicKey key = ring.getPublicKey(signature.getKeyID());
                if (key != null && maySign(ring.getPublicKey(), key, now) && verifies(signature, key, signed)) {
                    return true;
                }
            }
            return false;
        } catch (IOException | PGPException | RuntimeException e) {
            // Somebody's bytes that are no signature.
            return false;
        }
    }

    private static boolean verifies(PGPSignature signature, PGPPublicKey key, byte[] signed) throws PGPException {
        signature.init(new BcPGPContentVerifierBuilderProvider(), key);
        signature.update(signed);
        return signature.verify();
    }

    private static boolean maySign(PGPPublicKey primary, PGPPublicKey key, Instant now) throws PGPException {
        List<PGPSignature> ofItself = saysOfItself(primary);
        for (PGPSignature each : ofItself) {
            if (!isValid(primary, each, now)) {
                return false;
            }
        }
        if (ofItself.isEmpty()) {
            return false;
        }
        if (key.isMasterKey()) {
            return ofItself.stream()
                    .mapToInt(PgpSigners::keyFlags)
                    .allMatch(flags -> flags == 0 || (flags & KeyFlags.SIGN_DATA) != 0);
        }
        Optional<PGPSignature> binding = newest(bindings(primary, key));
        return binding.isPresent()
                && isValid(key, binding.get(), now)
                && (keyFlags(binding.get()) & KeyFlags.SIGN_DATA) != 0
                && isAgreed(primary, key, binding.get());
    }

    /**
     * What a key says of itself, and of its owner's names, as far as it is true: the newest of each, as a later one of the
     * other kind may be of something else and not repeat what the first says.
     */
    private static List<PGPSignature> saysOfItself(PGPPublicKey primary) throws PGPException {
        return Stream.of(newest(ofKey(primary)), newest(ofNames(primary)))
                .flatMap(Optional::stream)
                .toList();
    }

    private static List<PGPSignature> ofKey(PGPPublicKey primary) throws PGPException {
        List<PGPSignature> found = new ArrayList<>();
        for (PGPSignature each : listed(primary.getSignaturesOfType(PGPSignature.DIRECT_KEY))) {
            if (each.getKeyID() == primary.getKeyID()
                    && initialised(each, primary).verifyCertification(primary)) {
                found.add(each);
            }
        }
        return found;
    }

    private static List<PGPSignature> ofNames(PGPPublicKey primary) throws PGPException {
        List<PGPSignature> found = new ArrayList<>();
        for (byte[] name : listed(primary.getRawUserIDs())) {
            for (PGPSignature each : listed(primary.getSignaturesForID(name))) {
                if (each.getKeyID() == primary.getKeyID()
                        && each.isCertification()
                        && initialised(each, primary).verifyCertification(name, primary)) {
                    found.add(each);
                }
            }
        }
        return found;
    }

    /** Where a key says that a subkey is its own. */
    private static List<PGPSignature> bindings(PGPPublicKey primary, PGPPublicKey subkey) throws PGPException {
        List<PGPSignature> found = new ArrayList<>();
        for (PGPSignature each : listed(subkey.getSignaturesOfType(PGPSignature.SUBKEY_BINDING))) {
            if (each.getKeyID() == primary.getKeyID()
                    && initialised(each, primary).verifyCertification(primary, subkey)) {
                found.add(each);
            }
        }
        return found;
    }

    /** Whether a subkey that may sign says so itself. */
    private static boolean isAgreed(PGPPublicKey primary, PGPPublicKey subkey, PGPSignature binding)
            throws PGPException {
        for (PGPSignatureSubpacketVector packets : vectors(binding)) {
            for (PGPSignature each : packets.getEmbeddedSignatures()) {
                if (each.getSignatureType() == PGPSignature.PRIMARYKEY_BINDING
                        && initialised(each, subkey).verifyCertification(primary, subkey)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The hashed and the other ones: an embedded signature proves itself. */
    private static List<PGPSignatureSubpacketVector> vectors(PGPSignature signature) {
        return Stream.of(signature.getHashedSubPackets(), signature.getUnhashedSubPackets())
                .filter(Objects::nonNull)
                .toList();
    }

    private static boolean isValid(PGPPublicKey key, PGPSignature said, Instant now) {
        PGPSignatureSubpacketVector hashed = said.getHashedSubPackets();
        long seconds = hashed == null ? 0 : hashed.getKeyExpirationTime();
        return !key.hasRevocation()
                && !isOver(key.getCreationTime().toInstant(), seconds, now)
                && !isOver(said.getCreationTime().toInstant(), expiry(said), now);
    }

    private static boolean isOver(Instant begin, long seconds, Instant now) {
        return seconds != 0 && now.isAfter(begin.plusSeconds(seconds));
    }

    /** Seconds after it was made; 0 for never. */
    private static long expiry(PGPSignature signature) {
        PGPSignatureSubpacketVector hashed = signature.getHashedSubPackets();
        return hashed == null ? 0 : hashed.getSignatureExpirationTime();
    }

    private static int keyFlags(PGPSignature signature) {
        PGPSignatureSubpacketVector hashed = signature.getHashedSubPackets();
        return hashed == null ? 0 : hashed.getKeyFlags();
    }

    private static Optional<PGPSignature> newest(List<PGPSignature> signatures) {
        return signatures.stream().max(Comparator.comparing(PGPSignature::getCreationTime));
    }

    private static PGPSignature initialised(PGPSignature signature, PGPPublicKey by) throws PGPException {
        signature.init(new BcPGPContentVerifierBuilderProvider(), by);
        return signature;
    }

    private static <T> List<T> listed(Iterator<T> each) {
        List<T> list = new ArrayList<>();
        each.forEachRemaining(list::add);
        return list;
    }

    private static InputStream decoded(String armored) throws IOException {
        return PGPUtil.getDecoderStream(new ByteArrayInputStream(armored.getBytes(StandardCharsets.US_ASCII)));
    }
}
