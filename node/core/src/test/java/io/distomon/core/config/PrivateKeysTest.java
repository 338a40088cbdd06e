package io.distomon.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.crypto.Signer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrivateKeysTest {
    @TempDir
    Path temporary;

    private ConfigDirectory config;
    private Path directory;
    private Path keyFile;

    @BeforeEach
    void start() throws IOException {
        config = new ConfigDirectory(temporary);
        config.network(
                "network_id: lab\nnode_config: [{node_id: fra, url: 'http://fra'}, {node_id: nyc, url: 'http://nyc'}]\n");
        directory = temporary.resolve(".private_keys");
        keyFile = directory.resolve("fra_lab.key");
    }

    @Test
    void theFirstStartMakesAKeyAndPublishesItsHalf() throws Exception {
        LoadedNetwork first = config.open();

        assertThat(mode(keyFile)).isEqualTo("rw-------");
        assertThat(mode(directory)).isEqualTo("rwx------");
        assertThat(first.config().keys().of("fra"))
                .containsExactly(first.signer().verifier());
        assertThat(Files.readString(temporary.resolve("networks/lab/pubkeys/fra.pub")))
                .isEqualTo(first.signer().verifier().pem());
        assertThat(directory)
                .isDirectoryContaining(keyFile::equals)
                .isDirectoryNotContaining(file -> !file.equals(keyFile));

        assertThat(config.open().signer().keyid()).isEqualTo(first.signer().keyid());
    }

    /** A watcher is told of nothing but the whole file's coming: it was never there in parts, nor with another mode. */
    @Test
    void aKeyComesWholeAndWithItsMode() throws Exception {
        Files.createDirectories(directory);
        try (WatchService watch = directory.getFileSystem().newWatchService()) {
            directory.register(watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);

            config.open();
            config.write(".private_keys/last", "");

            List<WatchEvent<?>> told = new ArrayList<>();
            while (told.stream().noneMatch(event -> Path.of("last").equals(event.context()))) {
                WatchKey key = Objects.requireNonNull(watch.poll(40, TimeUnit.SECONDS), "told too little: " + told);
                told.addAll(key.pollEvents());
                key.reset();
            }
            assertThat(told)
                    .filteredOn(event -> keyFile.getFileName().equals(event.context()))
                    .extracting(event -> (Object) event.kind())
                    .containsExactly(StandardWatchEventKinds.ENTRY_CREATE);
        }
        assertThat(mode(keyFile)).isEqualTo("rw-------");
    }

    @Test
    void keysThatLieFlatAreNotHiddenByANewDirectory() throws Exception {
        config.write(
                "networks/lab/nyc.pub",
                Signer.generate("nyc", ConfigDirectory.RANDOM).verifier().pem());

        LoadedNetwork loaded = config.open();

        assertThat(temporary.resolve("networks/lab/pubkeys")).doesNotExist();
        assertThat(loaded.config().keys().of("nyc")).hasSize(1);
        assertThat(loaded.config().warnings()).anyMatch(text -> text.contains("no public key of fra"));
    }

    @Test
    void aDirectoryThatIsNotOursGetsNoKey() throws Exception {
        config.network("network_id: lab\nnode_config: [{node_id: nyc, url: 'http://nyc'}]\n");

        assertThat(config.refusals(config::open)).hasSize(1);
        assertThat(keyFile).doesNotExist();
    }

    @Test
    void aKeyThatDoesNotMatchThePublishedOneIsRefused() throws Exception {
        Signer published = config.publish("fra");
        LoadedNetwork other = new ConfigDirectory(temporary.resolve("other"))
                .network("network_id: lab\nnode_config: [{node_id: fra, url: 'http://fra'}]\n")
                .open();
        writeKey(other.signer(), "rw-------");

        assertThat(config.refusals(config::open))
                .singleElement()
                .asString()
                .contains(".private_keys/fra_lab.key: found a private key")
                .contains(other.signer().verifier().fingerprint())
                .contains(published.verifier().fingerprint());
    }

    @Test
    void aPublishedKeyWhosePrivateHalfIsGoneIsRefusedAndNoOtherIsMade() throws Exception {
        Signer published = config.publish("fra");
        String refusal = ".private_keys/fra_lab.key: found no file, though networks/lab/pubkeys/fra.pub publishes a"
                + " key of ours, expected the private key of one of "
                + published.verifier().fingerprint()
                + "; if it is lost, take that public key away, and the next start makes a new pair";

        assertThat(config.refusals(config::open)).containsExactly(refusal);
        assertThat(config.refusals(config::inspect)).containsExactly(refusal);
        assertThat(directory).doesNotExist();

        Files.delete(temporary.resolve("networks/lab/pubkeys/fra.pub"));
        assertThat(config.open().config().keys().of("fra")).doesNotContain(published.verifier());
    }

    @Test
    void ofTwoPublishedKeysOneMustBeHere() throws Exception {
        Signer old = Signer.generate("fra", ConfigDirectory.RANDOM);
        Signer next = Signer.generate("fra", ConfigDirectory.RANDOM);
        config.write(
                "networks/lab/fra.pub", old.verifier().pem() + next.verifier().pem());

        assertThat(config.refusals(config::open))
                .containsExactly(".private_keys/fra_lab.key: found no file, though networks/lab/fra.pub publishes a key"
                        + " of ours, expected the private key of one of "
                        + old.verifier().fingerprint() + ", " + next.verifier().fingerprint()
                        + "; if it is lost, take that public key away, and the next start makes a new pair");

        writeKey(next, "rw-------");
        assertThat(config.open().signer().keyid()).isEqualTo(next.keyid());
    }

    @Test
    void duringARotationAnyPublishedKeyMaySign() throws Exception {
        Signer old = Signer.generate("fra", ConfigDirectory.RANDOM);
        Signer next = config.publish("fra");
        config.write(
                "networks/lab/pubkeys/fra.pub",
                old.verifier().pem() + next.verifier().pem());
        writeKey(old, "rw-------");

        assertThat(config.open().signer().keyid()).isEqualTo(old.keyid());
    }

    @Test
    void aKeyThatOthersCanReadIsNarrowedWithAWarning() throws Exception {
        Signer fra = config.publish("fra");
        writeKey(fra, "rw-r--r--");

        LoadedNetwork loaded = config.open();

        assertThat(mode(keyFile)).isEqualTo("rw-------");
        assertThat(loaded.config().warnings())
                .containsOnlyOnce(
                        ".private_keys/fra_lab.key: the mode was rw-r--r--, others could read the private key;"
                                + " made it rw-------");
    }

    @Test
    void aPlaceWhereNoKeyCanBeMadeIsAClearError() throws Exception {
        // A file where the directory should be stands in for a read-only directory, which root could write to.
        config.write(".private_keys", "");

        assertThat(config.refusals(config::open))
                .singleElement()
                .asString()
                .contains("fra_lab.key: found no private key, and none can be made here")
                .contains("expected the key file, or a directory that can be written to");
    }

    @Test
    void aKeyFileWithoutAKeyIsRefusedWithoutShowingIt() throws Exception {
        config.publish("fra");
        config.write(".private_keys/fra_lab.key", "not a key but secret");
        Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("rw-------"));

        assertThat(config.refusals(config::open))
                .singleElement()
                .asString()
                .contains("fra_lab.key: found no usable key")
                .doesNotContain("secret");
    }

    @Test
    void mistakesInAllFilesComeAtOnce() throws Exception {
        config.write("nodeconf.yml", """
                networks:
                - {name: lab, node_id: fra, config_type: local}
                - {name: '..', node_id: fra, config_type: local}
                login_password: [x]
                """);
        config.network("network_id: lab\nnode_config: [{node_id: fra, poll_rate: often}]\n");
        config.write("networks/lab/fra.pub", "no key");
        config.write(".private_keys/fra_lab.key", "no key");
        Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("rw-r--r--"));
        List<String> ofTheNetwork = List.of(
                "networks/lab/config.yml:2: node_config[0].poll_rate: found \"often\", expected a number of"
                        + " seconds from 1 to 3600, or a time such as 1m30s",
                "networks/lab/fra.pub: found no usable key (found no PEM block, expected -----BEGIN PUBLIC KEY-----),"
                        + " expected 1 to 4 Ed25519 public keys, SPKI as PEM or ssh-ed25519 lines",
                ".private_keys/fra_lab.key: found no usable key (found no PEM block, expected -----BEGIN PRIVATE"
                        + " KEY-----), expected 1 to 4 Ed25519 private keys as PEM, PKCS8 or OpenSSH's, without a password");

        assertThat(config.refusals(() -> config.reader()
                        .nodeConf(new PrivateKeys(temporary, ConfigDirectory.RANDOM), new ArrayList<>())))
                .hasSize(5)
                .anyMatch(text -> text.startsWith("nodeconf.yml:3: networks[1].name: found \"..\""))
                .anyMatch(text -> text.startsWith("nodeconf.yml:4: login_password: found a list"))
                .containsAll(ofTheNetwork);
        assertThat(config.refusals(config::open)).containsExactlyElementsOf(ofTheNetwork);
        assertThat(config.refusals(config::inspect)).containsExactlyElementsOf(ofTheNetwork);
        // Narrowed now, it would not be told of when all is mended.
        assertThat(mode(keyFile)).isEqualTo("rw-r--r--");
    }

    @Test
    void aKeyThatIsNotThePublishedOneIsToldWithTheMistakesInTheNodesOwnFile() throws Exception {
        Signer published = config.publish("fra");
        Signer other = Signer.generate("fra", ConfigDirectory.RANDOM);
        config.write("nodeconf.yml", "networks: [{name: lab, node_id: fra, config_type: local}]\nlogin_password: ''\n");
        ConfigDirectory.Reading reading =
                () -> config.reader().nodeConf(new PrivateKeys(temporary, ConfigDirectory.RANDOM), new ArrayList<>());

        assertThat(config.refusals(reading))
                .hasSize(2)
                .anyMatch(text -> text.startsWith(".private_keys/fra_lab.key: found no file, though"));

        writeKey(other, "rw-------");
        assertThat(config.refusals(reading))
                .hasSize(2)
                .anyMatch(text -> text.startsWith("nodeconf.yml:2: login_password: found a text that doesn't fit"))
                .anyMatch(text -> text.startsWith(".private_keys/fra_lab.key: found a private key")
                        && text.contains(published.verifier().fingerprint()));
    }

    @Test
    void windowsLineEndsAndAByteOrderMarkAreAcceptedInAKeyFile() throws Exception {
        Signer fra = config.publish("fra");
        config.write(".private_keys/fra_lab.key", "\uFEFF" + fra.privatePem().replace("\n", "\r\n"));
        Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("rw-------"));

        assertThat(config.open().signer().keyid()).isEqualTo(fra.keyid());
    }

    @Test
    void keysThatSshKeygenMadeAreTaken() throws Exception {
        config.write("networks/lab/pubkeys/fra.pub", """
                ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOoSryMnsJ2bXVHHlAFgmFgflc4U6EL9YFgF1sIWa3Tc ops@example
                """).write(".private_keys/fra_lab.key", """
                -----BEGIN OPENSSH PRIVATE KEY-----
                b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
                QyNTUxOQAAACDqEq8jJ7Cdm11Rx5QBYJhYH5XOFOhC/WBYBdbCFmt03AAAAJBNNVhcTTVY
                XAAAAAtzc2gtZWQyNTUxOQAAACDqEq8jJ7Cdm11Rx5QBYJhYH5XOFOhC/WBYBdbCFmt03A
                AAAEDGM7ZDz7uXVvdVddTxfgY/aSO7PgKbzJpFBc8MVfTJcuoSryMnsJ2bXVHHlAFgmFgf
                lc4U6EL9YFgF1sIWa3TcAAAAC29wc0BleGFtcGxlAQI=
                -----END OPENSSH PRIVATE KEY-----
                """);
        Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("rw-------"));

        LoadedNetwork loaded = config.open();

        assertThat(loaded.config().keys().of("fra"))
                .containsExactly(loaded.signer().verifier());
    }

    @Test
    void anEncryptedKeyIsToldWithItsFile() throws Exception {
        config.publish("fra");
        config.write(
                ".private_keys/fra_lab.key",
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIGb\n-----END ENCRYPTED PRIVATE KEY-----\n");
        Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("rw-------"));

        assertThat(config.refusals(config::open))
                .containsExactly(".private_keys/fra_lab.key: found no usable key (found an encrypted private key,"
                        + " expected one without a password, as nobody is there to type it (openssl pkey, or ssh-keygen"
                        + " -p, takes it off)), expected 1 to 4 Ed25519 private keys as PEM, PKCS8 or OpenSSH's,"
                        + " without a password");
    }

    /** Of another process, or of somebody who copies it. */
    @Test
    void aKeyThatAppearsWhileOneIsMadeIsNotOverwritten() throws Exception {
        Signer other = Signer.generate("fra", ConfigDirectory.RANDOM);
        PrivateKeys keys = new PrivateKeys(temporary, new Meanwhile(() -> writeKey(other, "rw-------")));

        assertThat(config.refusals(() -> keys.make(config.source())))
                .containsExactly(".private_keys/fra_lab.key: found a private key that appeared while one was made,"
                        + " expected nobody else who makes one: a key is never overwritten, and the next start uses"
                        + " what is there");
        assertThat(keyFile).hasContent(other.privatePem());
        assertThat(directory).isDirectoryNotContaining(file -> !file.equals(keyFile));
    }

    @Test
    void aPublicKeyThatAppearsWhileOursIsMadeIsNotOverwritten() throws Exception {
        PrivateKeys keys = new PrivateKeys(temporary, new Meanwhile(() -> config.publish("fra")));

        LoadedNetwork loaded =
                config.reader().open(config.source(), config.reader().files(config.source()), keys);

        assertThat(loaded.config().keys().of("fra"))
                .hasSize(1)
                .doesNotContain(loaded.signer().verifier());
        assertThat(loaded.config().warnings())
                .anyMatch(text -> text.endsWith("a public key appeared here while ours was made, and stays"));
    }

    /** Randomness that gives something time to happen, once. */
    private static final class Meanwhile extends SecureRandom {
        private static final long serialVersionUID = 1;

        private final transient Happening happening;
        private boolean happened;

        interface Happening {
            void happen() throws IOException;
        }

        Meanwhile(Happening happening) {
            this.happening = happening;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            if (!happened) {
                happened = true;
                try {
                    happening.happen();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            ConfigDirectory.RANDOM.nextBytes(bytes);
        }
    }

    @Test
    void ofSeveralKeysTheOnePublishedLastSigns() throws Exception {
        Signer old = Signer.generate("fra", ConfigDirectory.RANDOM);
        Signer next = Signer.generate("fra", ConfigDirectory.RANDOM);
        config.write(".private_keys/fra_lab.key", next.privatePem() + old.privatePem());
        Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("rw-------"));

        publish(next.verifier().pem() + old.verifier().pem());
        assertThat(config.open().signer().keyid()).isEqualTo(old.keyid());

        publish(old.verifier().pem() + next.verifier().pem());
        assertThat(config.open().signer().keyid()).isEqualTo(next.keyid());

        publish(old.verifier().pem());
        assertThat(config.open().signer().keyid()).isEqualTo(old.keyid());

        Signer stranger = config.publish("fra");
        assertThat(config.refusals(config::open))
                .singleElement()
                .asString()
                .contains("found private keys (their public halves are %s, %s)"
                        .formatted(next.verifier().fingerprint(), old.verifier().fingerprint()))
                .contains(stranger.verifier().fingerprint());
    }

    @Test
    void aKeyThatIsReplacedSignsFromTheNextReadingOn() throws Exception {
        LoadedNetwork running = config.open();
        Signer next = Signer.generate("fra", ConfigDirectory.RANDOM);
        writeKey(next, "rw-------");

        assertThat(config.refusals(() -> reopen(running)))
                .singleElement()
                .asString()
                .contains("fra_lab.key: found a private key (its public half is "
                        + next.verifier().fingerprint());

        publish(running.signer().verifier().pem() + next.verifier().pem());
        assertThat(reopen(running).signer().keyid()).isEqualTo(next.keyid());
    }

    @Test
    void aKeyThatVanishesWhileItRunsStaysInUse() throws Exception {
        LoadedNetwork running = config.open();
        Files.delete(keyFile);

        assertThat(reopen(running).signer()).isSameAs(running.signer());
        assertThat(keyFile).doesNotExist();
    }

    @Test
    void aKeyIsNeverOverwritten() throws Exception {
        PrivateKeys keys = new PrivateKeys(temporary, ConfigDirectory.RANDOM);
        Signer made = keys.make(config.source());

        assertThat(config.refusals(() -> keys.make(config.source())))
                .containsExactly(".private_keys/fra_lab.key: found a private key already, expected no file: a key is"
                        + " never overwritten");
        assertThat(Files.readString(keyFile)).isEqualTo(made.privatePem());
    }

    @Test
    void aKeyFileOverAMegabyteIsRefused() throws Exception {
        config.publish("fra");
        config.write(".private_keys/fra_lab.key", " ".repeat((1 << 20) + 1));
        Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("rw-------"));

        assertThat(config.refusals(config::open))
                .containsExactly(".private_keys/fra_lab.key: found more than 1 MiB, expected at most 1 MiB");
    }

    @ParameterizedTest
    @CsvSource({
        // mode, owner, who we are
        "rw-------, 1000, 1000, KEPT",
        "r--------, 1000, 1000, KEPT",
        "rw-r-----, 1000, 1000, TO_NARROW",
        "rwx------, 1000, 1000, KEPT",
        "rwxr-xr-x, 1000, 1000, TO_NARROW",
        "rw----r--, 1000, 1000, TO_NARROW",
        "rw-------, 0, 1000, KEPT",
        "r--r-----, 0, 1000, KEPT",
        "rw-r-----, 0, 1000, KEPT",
        "rw-rw----, 0, 1000, EXPOSED",
        "rw-r--r--, 0, 1000, EXPOSED",
        "rw-r--r--, 0, 0, TO_NARROW",
        "rw-------, 1001, 1000, EXPOSED",
        "rw-------, 1001, 0, EXPOSED"
    })
    void aKeyFileIsJudgedByItsModeAndOwner(String mode, int owner, int us, PrivateFile.Standing standing) {
        assertThat(PrivateFile.judge(PosixFilePermissions.fromString(mode), owner, us))
                .isEqualTo(standing);
    }

    @Test
    void aKeyOfSomebodyElseIsRefusedWithItsModeAndOwner() throws Exception {
        writeKey(config.publish("fra"), "rw-r--r--");
        int owner = (Integer) Files.getAttribute(keyFile, "unix:uid");
        Findings findings = new Findings();

        assertThat(PrivateFile.check(keyFile, "fra_lab.key", findings, new Others()))
                .isFalse();

        assertThat(config.refusals(() -> {
                    findings.throwIfErrors();
                    return true;
                }))
                .containsExactly(
                        "fra_lab.key: found mode rw-r--r--, owner %d, expected a private key that others can't read: 0600 or"
                                        .formatted(owner)
                                + " less if it is ours, 0640 or less if it is root's");
        assertThat(mode(keyFile)).isEqualTo("rw-r--r--");
    }

    /** Also of a process that can't be dumped, whose /proc is root's. */
    @Test
    void weAreTheUserWhoseRightsWeHave() throws Exception {
        assertThat(PrivateFile.effectiveUser(
                        "Name:\tjava\nUmask:\t0022\nUid:\t1000\t1001\t1000\t1001\nGid:\t5\t5\t5\t5\n"))
                .isEqualTo(1001);
        Path ours = Files.createFile(temporary.resolve("ours"));
        assertThat(PrivateFile.Modes.SYSTEM.us(ours, 77)).isEqualTo(Files.getAttribute(ours, "unix:uid"));
    }

    /** As vfat has it, and some network file systems: setting a mode fails, or does nothing. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whereAFileSystemKeepsNoModesAKeyThatOthersCanReadIsRefusedWithTheWayOut(boolean fails) throws Exception {
        writeKey(config.publish("fra"), "rwxr-xr-x");
        Findings findings = new Findings();

        assertThat(PrivateFile.check(keyFile, "fra_lab.key", findings, new WithoutModes("rwxr-xr-x", fails)))
                .isFalse();

        assertThat(findings.warnings()).isEmpty();
        assertThat(config.refusals(() -> {
                    findings.throwIfErrors();
                    return true;
                }))
                .containsExactly("fra_lab.key: found mode rwxr-xr-x, which others can read and which can't be narrowed"
                        + " here (%s), expected a file system that keeps modes, or one that is mounted with umask=077"
                                .formatted(fails ? "FileSystemException" : "it was set, and is as it was")
                        + " and our user as uid");
    }

    @Test
    void whereAFileSystemIsMountedForUsAloneAKeyIsUsedAndNothingIsSaidOfItsMode() throws Exception {
        writeKey(config.publish("fra"), "rwxr-xr-x");
        Findings findings = new Findings();

        assertThat(PrivateFile.check(keyFile, "fra_lab.key", findings, new WithoutModes("rwx------", true)))
                .isTrue();

        assertThat(findings.hasErrors()).isFalse();
        assertThat(findings.warnings()).isEmpty();
    }

    @Test
    void whereOthersCouldReadANewKeyNoneIsMade() throws Exception {
        PrivateKeys keys = new PrivateKeys(temporary, ConfigDirectory.RANDOM, new WithoutModes("rwxr-xr-x", false));

        assertThat(config.refusals(() -> keys.make(config.source())))
                .singleElement()
                .asString()
                .startsWith(".private_keys/fra_lab.key: found mode rwxr-xr-x, which others can read");
        assertThat(directory).isEmptyDirectory();
    }

    /** This machine's file system, where we are somebody else. */
    private static final class Others implements PrivateFile.Modes {
        @Override
        public Set<PosixFilePermission> mode(Path file) throws IOException {
            return SYSTEM.mode(file);
        }

        @Override
        public void narrow(Path file, Set<PosixFilePermission> mode) throws IOException {
            SYSTEM.narrow(file, mode);
        }

        @Override
        public int us(Path file, int owner) throws IOException {
            return owner + 1;
        }
    }

    /** A file system on which all files have one mode. */
    private record WithoutModes(String mode, boolean fails) implements PrivateFile.Modes {
        @Override
        public Set<PosixFilePermission> mode(Path file) {
            return PosixFilePermissions.fromString(mode);
        }

        @Override
        public void narrow(Path file, Set<PosixFilePermission> other) throws IOException {
            if (fails) {
                throw new FileSystemException(file.toString(), null, "Operation not permitted");
            }
        }

        @Override
        public int us(Path file, int owner) {
            return owner;
        }
    }

    @Test
    void aLinkOutOfTheDirectoryIsNoKeyAndTheFileThereIsLeftAlone(@TempDir Path elsewhere) throws Exception {
        Signer fra = config.publish("fra");
        Path file = Files.writeString(elsewhere.resolve("some.key"), fra.privatePem());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Files.createDirectories(directory);
        Files.createSymbolicLink(keyFile, file);

        assertThat(config.refusals(config::open))
                .containsExactly(".private_keys/fra_lab.key: found a symbolic link that leaves " + temporary
                        + ", expected a file inside it");
        assertThat(mode(file)).isEqualTo("rw-r--r--");
    }

    @Test
    void noKeyIsMadeOrPublishedOutsideOfTheDirectory(@TempDir Path elsewhere) throws Exception {
        Files.createSymbolicLink(directory, elsewhere);
        String refusal = ": found a symbolic link that leaves " + temporary + ", expected a directory inside it";

        assertThat(config.refusals(config::open)).containsExactly(".private_keys" + refusal);
        assertThat(config.refusals(() -> new PrivateKeys(temporary, ConfigDirectory.RANDOM).make(config.source())))
                .containsExactly(".private_keys" + refusal);

        Files.delete(directory);
        Files.createSymbolicLink(temporary.resolve("networks/lab/pubkeys"), elsewhere);

        assertThat(config.refusals(config::open)).containsExactly("networks/lab/pubkeys" + refusal);
        assertThat(elsewhere).isEmptyDirectory();
    }

    /** As the kubelet mounts a Secret: links to links inside of the directory. */
    @Test
    void aMountedKeyIsReadThroughItsLinks() throws Exception {
        Signer fra = config.publish("fra");
        config.write(".private_keys/..2026/fra_lab.key", fra.privatePem());
        Files.setPosixFilePermissions(
                directory.resolve("..2026/fra_lab.key"), PosixFilePermissions.fromString("r--------"));
        Files.createSymbolicLink(directory.resolve("..data"), Path.of("..2026"));
        Files.createSymbolicLink(keyFile, Path.of("..data/fra_lab.key"));

        assertThat(config.open().signer().keyid()).isEqualTo(fra.keyid());
    }

    private LoadedNetwork reopen(LoadedNetwork running) throws ConfigException {
        ConfigReader reader = config.reader();
        return reader.reopen(
                config.source(),
                reader.files(config.source()),
                new PrivateKeys(temporary, ConfigDirectory.RANDOM),
                running);
    }

    private void publish(String pem) throws IOException {
        config.write("networks/lab/pubkeys/fra.pub", pem);
    }

    private void writeKey(Signer signer, String mode) throws IOException {
        config.write(".private_keys/fra_lab.key", signer.privatePem());
        Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString(mode));
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
