package io.distomon.core.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a config directory: {@code nodeconf.yml}, and for each network its files, which for a local one are
 * {@code networks/<name>/config.yml} with the public keys in {@code pubkeys/<id>.pub}, or, when there is no directory
 * {@code pubkeys}, flat beside it as a mounted Secret has them. Every call reads anew and reports all mistakes of what it
 * read at once. Immutable; safe for use by many threads.
 */
public final class ConfigReader {
    /** The name of the node's own file unless the caller has another. */
    public static final String NODE_CONF = "nodeconf.yml";

    private final NodeConfReader nodeConfs;
    private final LocalNetworks local;
    private final NetworkReader networks;

    /**
     * A reader of one directory that does not judge which versions a network is meant for.
     *
     * @param directory the config directory
     * @param nodeConfName the node's own file, relative to the directory; {@link #NODE_CONF} by default
     */
    public ConfigReader(Path directory, String nodeConfName) {
        this(directory, nodeConfName, null);
    }

    /**
     * A reader of one directory.
     *
     * @param version of this software: a network that is meant for others gives a warning; null: that is not judged
     */
    public ConfigReader(Path directory, String nodeConfName, @Nullable String version) {
        Path nodeConf = directory.resolve(nodeConfName);
        this.nodeConfs = new NodeConfReader(directory, nodeConf);
        this.local = new LocalNetworks(directory);
        this.networks = new NetworkReader(directory.relativize(nodeConf).toString(), version);
    }

    /**
     * Reads {@code nodeconf.yml} and the secrets it refers to.
     *
     * @throws ConfigException with every mistake in them
     */
    public NodeConf nodeConf() throws ConfigException {
        Findings findings = new Findings();
        NodeConf conf = nodeConfs.read(findings, new ArrayList<>());
        findings.throwIfErrors();
        return conf;
    }

    /**
     * Likewise; but with the mistakes in {@code nodeconf.yml} come those in the files of the local networks that are
     * listed there without one, so that nobody mends the former to be told of the latter.
     *
     * @param privateKeys where the private keys are
     * @param looked gets every file that was looked at for {@code nodeconf.yml}, whether it is there or not
     * @throws ConfigException with every mistake in them
     */
    public NodeConf nodeConf(PrivateKeys privateKeys, Collection<Path> looked) throws ConfigException {
        Findings findings = new Findings();
        NodeConf conf = nodeConfs.read(findings, looked);
        if (findings.hasErrors()) {
            Identities identities = new Identities(networks, local, privateKeys);
            for (NetworkSource source : conf.networks()) {
                if (source.type() == ConfigType.LOCAL) {
                    try {
                        identities.judge(source, local.files(source));
                    } catch (ConfigException e) {
                        findings.addAll(e.findings());
                    }
                }
            }
            findings.throwIfErrors();
        }
        return conf;
    }

    /** The files of a local network as they are now. */
    public NetworkFiles files(NetworkSource source) {
        return local.files(source);
    }

    /** What everything that a network is made of looks like here: its files, if it is a local one, and its private key. */
    public Fingerprint fingerprint(NetworkSource source, PrivateKeys privateKeys) {
        Fingerprint key = Fingerprint.of(List.of(privateKeys.file(source)));
        return source.type() == ConfigType.LOCAL ? local.fingerprint(source).and(key) : key;
    }

    /**
     * What the files of a network say, without its private key.
     *
     * @param source which network, and who we are in it
     * @throws ConfigException with every mistake in them
     */
    public NetworkConfig network(NetworkSource source, NetworkFiles files) throws ConfigException {
        return networks.read(source, files);
    }

    /**
     * Likewise, with the private key that signs for us in it; on the first start, as long as no key of ours is published,
     * the key is made, and in a local tree its public half is written to {@code pubkeys/<id>.pub}.
     *
     * @param privateKeys where the private key is
     * @throws ConfigException with every mistake in them
     */
    public LoadedNetwork open(NetworkSource source, NetworkFiles files, PrivateKeys privateKeys)
            throws ConfigException {
        return new Identities(networks, local, privateKeys).open(source, files);
    }

    /**
     * Reads a network that runs once more. Its private key is read too, so that a new one is used without a restart; but
     * when the key file is gone, the key that runs stays: it must not be made anew as somebody else's.
     *
     * @param running the network as it runs
     * @throws ConfigException with every mistake in the files
     */
    public LoadedNetwork reopen(
            NetworkSource source, NetworkFiles files, PrivateKeys privateKeys, LoadedNetwork running)
            throws ConfigException {
        return new Identities(networks, local, privateKeys).reopen(source, files, running);
    }

    /**
     * Reads what {@link #open} would, and judges it likewise, but neither makes nor publishes a key. The mode of a key
     * file that others can read is narrowed, as at a start.
     *
     * @throws ConfigException with every mistake in them
     */
    public InspectedNetwork inspect(NetworkSource source, NetworkFiles files, PrivateKeys privateKeys)
            throws ConfigException {
        return new Identities(networks, local, privateKeys).inspect(source, files);
    }
}
