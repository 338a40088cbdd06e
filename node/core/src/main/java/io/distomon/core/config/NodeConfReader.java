package io.distomon.core.config;

import io.distomon.core.Identifier;
import io.distomon.core.crypto.PasswordHash;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code nodeconf.yml} and the secrets it refers to. Immutable; safe for use by many threads. */
final class NodeConfReader {
    private static final int MAX_NETWORKS = 100;

    private final Path directory;
    private final Path file;

    /**
     * A reader of one file.
     *
     * @param directory the config directory, which paths in the file are relative to
     * @param file the file
     */
    NodeConfReader(Path directory, Path file) {
        this.directory = directory;
        this.file = file;
    }

    /**
     * What of the file is without mistake.
     *
     * @param looked gets every file that was looked at, whether it is there or not
     */
    NodeConf read(Findings findings, Collection<Path> looked) {
        // The caller chose this file, so a link may lead anywhere.
        ConfigFiles files = new ConfigFiles(file.toAbsolutePath().getRoot(), directory, findings, looked);
        NamedFiles named = new NamedFiles(directory, files);
        String text = files.text(file);
        YamlMap yaml = text == null ? null : YamlMap.read(files.shown(file), text, true, findings);
        if (yaml == null) {
            return new NodeConf(List.of(), null, null, AlertSettings.NONE, findings.warnings());
        }
        List<NetworkSource> networks = networkSources(yaml, named, findings);
        Secret password = named.secret(yaml, "login_password", "login_password_file");
        Secret jwtSecret = named.secret(yaml, null, "jwt_secret_file");
        if (password == null && !yaml.has("login_password") && !yaml.has("login_password_file")) {
            findings.warn(yaml.file(), 0, "neither login_password nor login_password_file is set: nobody can log in");
        }
        if (password != null
                && PasswordHash.isLikeAHash(password.reveal())
                && PasswordHash.parse(password.reveal()).isEmpty()) {
            String key = yaml.has("login_password") ? "login_password" : "login_password_file";
            yaml.error(key, "a hash that doesn't fit", PasswordHash.RULE + ", or a password");
        }
        AlertSettings alerts =
                new AlertRules(named, networks.stream().map(NetworkSource::name).toList()).read(yaml.map("alerts"));
        yaml.warnUnknown();
        return new NodeConf(networks, password, jwtSecret, alerts, findings.warnings());
    }

    private static List<NetworkSource> networkSources(YamlMap yaml, NamedFiles named, Findings findings) {
        GitRules git = new GitRules(named);
        List<X509Certificate> everywhere = authorities(yaml, named);
        List<NetworkSource> sources = new ArrayList<>();
        List<YamlMap> items = yaml.maps("networks", MAX_NETWORKS);
        if (items.isEmpty() && !findings.hasErrors()) {
            yaml.error("networks", "nothing", "a list of at least one network");
        }
        Set<String> names = new HashSet<>();
        Map<String, NetworkSource> byKeyFile = new HashMap<>();
        for (YamlMap item : items) {
            List<X509Certificate> authorities = new ArrayList<>(everywhere);
            authorities.addAll(authorities(item, named));
            NetworkSource source = networkSource(item, git, authorities);
            if (source == null) {
                continue;
            }
            if (!names.add(source.name())) {
                item.error("name", "the network " + source.name() + " a second time", "every network once");
                continue;
            }
            NetworkSource other = byKeyFile.putIfAbsent(source.privateKeyFileName(), source);
            if (other != null) {
                item.error(
                        "node_id",
                        "the same private key file %s as of %s in %s"
                                .formatted(source.privateKeyFileName(), other.nodeId(), other.name()),
                        "a key file for each identity (rename the node or the network)");
                continue;
            }
            sources.add(source);
        }
        YamlMap.warnUnknown(items);
        return sources;
    }

    /** Who may have made the certificates of the members of all networks, or of one. */
    private static List<X509Certificate> authorities(YamlMap yaml, NamedFiles named) {
        YamlMap tls = yaml.map("tls");
        if (tls == null) {
            return List.of();
        }
        List<X509Certificate> authorities = named.certificates(tls, "ca_file");
        tls.warnUnknown();
        return authorities;
    }

    private static @Nullable NetworkSource networkSource(
            YamlMap item, GitRules rules, List<X509Certificate> authorities) {
        String name = item.required("name", Identifier.RULE, Identifier::isValid);
        String nodeId = item.required("node_id", Identifier.RULE, Identifier::isValid);
        String typeName =
                item.required("config_type", "local, github or git", Set.of("local", "github", "git")::contains);
        boolean isGit = typeName != null && !typeName.equals("local");
        GitSource git = isGit ? rules.read(item) : GitRules.none(item);
        if (name == null || nodeId == null || typeName == null || (isGit && git == null)) {
            return null;
        }
        return new NetworkSource(name, nodeId, git, authorities);
    }
}
