package io.distomon.core.config;

import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.Verifier;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who we are in a network: brings together what its files publish of us and the private key that we hold. Immutable; safe
 * for use by many threads.
 */
final class Identities {
    private final NetworkReader networks;
    private final LocalNetworks local;
    private final PrivateKeys privateKeys;

    /**
     * @param networks makes networks of files
     * @param local has the files of local ones, once more when a key was published among them
     * @param privateKeys where the private keys are
     */
    Identities(NetworkReader networks, LocalNetworks local, PrivateKeys privateKeys) {
        this.networks = networks;
        this.local = local;
        this.privateKeys = privateKeys;
    }

    /**
     * Reads the files of a network and the private key that signs for us in it; on the first start, as long as no key of
     * ours is published, the key is made, and in a local tree its public half is written to {@code pubkeys/<id>.pub}.
     *
     * @param source which network, and who we are in it
     * @param files the network's
     * @throws ConfigException with every mistake in them
     */
    LoadedNetwork open(NetworkSource source, NetworkFiles files) throws ConfigException {
        // First without the key: a directory that is wrong, perhaps somebody else's, must not get a key.
        NetworkConfig before = network(source, files);
        if (privateKeys.exist(source)) {
            return withKey(source, files, before);
        }
        Findings findings = new Findings();
        refuseLostKey(source, files, before, findings);
        Signer made = privateKeys.make(source, findings);
        findings.throwIfErrors();
        if (made == null) {
            throw new AssertionError("a key that can't be made was noted as a mistake");
        }
        return withKeys(source, files, before, List.of(made), findings);
    }

    /**
     * Reads a network that runs once more. Its private key is read too, so that a new one is used without a restart; but
     * when the key file is gone, the key that runs stays: it must not be made anew as somebody else's.
     *
     * @param running the network as it runs
     * @throws ConfigException with every mistake in the files
     */
    LoadedNetwork reopen(NetworkSource source, NetworkFiles files, LoadedNetwork running) throws ConfigException {
        NetworkConfig config = network(source, files);
        return privateKeys.exist(source)
                ? withKey(source, files, config)
                : withKeys(source, files, config, List.of(running.signer()), new Findings());
    }

    /**
     * Reads what {@link #open} would, and judges it likewise, but neither makes nor publishes a key. The mode of a key
     * file that others can read is narrowed, as at a start.
     *
     * @param source which network, and who we are in it
     * @param files the network's
     * @throws ConfigException with every mistake in them
     */
    InspectedNetwork inspect(NetworkSource source, NetworkFiles files) throws ConfigException {
        NetworkConfig config = network(source, files);
        Findings findings = new Findings();
        if (!privateKeys.exist(source)) {
            refuseLostKey(source, files, config, findings);
            return new InspectedNetwork(source, config, null);
        }
        List<Signer> held = privateKeys.read(source, findings);
        findings.throwIfErrors();
        Signer signer = signing(source, files, config, held, findings);
        return new InspectedNetwork(source, withWarnings(config, findings), signer);
    }

    /** Refuses a network that would not start. Changes nothing: a warning would be lost among the mistakes. */
    void judge(NetworkSource source, NetworkFiles files) throws ConfigException {
        NetworkConfig config = network(source, files);
        Findings findings = new Findings();
        if (privateKeys.exist(source)) {
            List<Signer> held = privateKeys.look(source, findings);
            findings.throwIfErrors();
            signing(source, files, config, held, findings);
        } else {
            refuseLostKey(source, files, config, findings);
        }
    }

    /** Reads the files of a network; with mistakes in them come those in the file of our private key. */
    private NetworkConfig network(NetworkSource source, NetworkFiles files) throws ConfigException {
        Findings findings = new Findings();
        try {
            return networks.read(source, files);
        } catch (ConfigException e) {
            findings.addAll(e.findings());
        }
        if (privateKeys.exist(source)) {
            privateKeys.look(source, findings);
        }
        throw findings.asException();
    }

    private LoadedNetwork withKey(NetworkSource source, NetworkFiles files, NetworkConfig config)
            throws ConfigException {
        Findings findings = new Findings();
        List<Signer> held = privateKeys.read(source, findings);
        findings.throwIfErrors();
        return withKeys(source, files, config, held, findings);
    }

    private LoadedNetwork withKeys(
            NetworkSource source, NetworkFiles files, NetworkConfig config, List<Signer> held, Findings findings)
            throws ConfigException {
        Signer signer = signing(source, files, config, held, findings);
        NetworkConfig used = config;
        if (files.directory() != null && config.keys().of(source.nodeId()).isEmpty() && isTree(config, files)) {
            privateKeys.publish(signer, files.directory(), findings);
            used = networks.read(source, local.files(source));
        }
        return new LoadedNetwork(source, withWarnings(used, findings), signer);
    }

    private static NetworkConfig withWarnings(NetworkConfig config, Findings findings) {
        List<String> warnings = new ArrayList<>(findings.warnings());
        warnings.addAll(config.warnings());
        return config.withWarnings(warnings);
    }

    /**
     * A mistake when a key of ours is published, whose private half is gone: the others would trust no new one, and what
     * looks like a first start is a lost file, or a directory that was not mounted.
     */
    private void refuseLostKey(NetworkSource source, NetworkFiles files, NetworkConfig config, Findings findings)
            throws ConfigException {
        List<Verifier> published = config.keys().of(source.nodeId());
        if (!published.isEmpty()) {
            findings.error(
                    privateKeys.shown(source),
                    0,
                    "",
                    "no file, though %s publishes a key of ours".formatted(files.shown(files.keyName(source.nodeId()))),
                    "the private key of one of %s; if it is lost, take that public key away, and the next start makes a new pair"
                            .formatted(fingerprints(published)));
            findings.throwIfErrors();
        }
    }

    /** The key that signs; a mistake when others are published for us, but none of ours. */
    private Signer signing(
            NetworkSource source, NetworkFiles files, NetworkConfig config, List<Signer> held, Findings findings)
            throws ConfigException {
        List<Verifier> published = config.keys().of(source.nodeId());
        Signer signer = newest(held, published);
        if (signer == null) {
            findings.error(
                    privateKeys.shown(source),
                    0,
                    "",
                    "%s, which %s does not publish".formatted(shown(held), files.shown(files.keyName(source.nodeId()))),
                    "the private key of one of " + fingerprints(published));
            findings.throwIfErrors();
            throw new AssertionError("a key that is not published was noted as a mistake");
        }
        return signer;
    }

    /**
     * Which of our keys signs: of those that are published, the one that stands last in the public key file; the last of
     * our own file when none of ours is published at all. Null when others are published, but none of ours.
     */
    private static @Nullable Signer newest(List<Signer> held, List<Verifier> published) {
        if (published.isEmpty()) {
            return held.getLast();
        }
        for (Verifier key : published.reversed()) {
            for (Signer signer : held) {
                if (signer.verifier().equals(key)) {
                    return signer;
                }
            }
        }
        return null;
    }

    private static String shown(List<Signer> held) {
        String halves = fingerprints(held.stream().map(Signer::verifier).toList());
        return held.size() == 1
                ? "a private key (its public half is %s)".formatted(halves)
                : "private keys (their public halves are %s)".formatted(halves);
    }

    private static String fingerprints(List<Verifier> keys) {
        return keys.stream().map(Verifier::fingerprint).collect(Collectors.joining(", "));
    }

    /** Whether public keys are, or may be, in a directory of their own; making one would hide keys that lie flat. */
    private static boolean isTree(NetworkConfig config, NetworkFiles files) {
        return files.tree() || config.keys().keys().values().stream().allMatch(List::isEmpty);
    }
}
