package io.distomon.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.distomon.core.Identifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeConfTest {
    /** One that a server made for itself, until 2126. */
    private static final String CERTIFICATE = """
            -----BEGIN CERTIFICATE-----
            MIIBqDCCAS2gAwIBAgIJALG20QQwj4LgMAoGCCqGSM49BAMDMBoxGDAWBgNVBAMT
            D2dpdC5leGFtcGxlLmNvbTAgFw0yNjExMjUwNzQxMTRaGA8yMTI2MTEwMTA3NDEx
            NFowGjEYMBYGA1UEAxMPZ2l0LmV4YW1wbGUuY29tMHYwEAYHKoZIzj0CAQYFK4EE
            ACIDYgAEs7YTA2r4GJeNj6onBKPbIJXjt/5lS5JbkvMuYYiA4D3UpUhzIz/P4rnY
            vFxcBzjkT5765kNIOt+W9nky1q66KrJG8PwPOhJEBZE3KOxN4LbJ8YGKEeVCRO+2
            /mYBuzHzoz0wOzAdBgNVHQ4EFgQURN2MEwtO6uURmAHmNtdictMmlpQwGgYDVR0R
            BBMwEYIPZ2l0LmV4YW1wbGUuY29tMAoGCCqGSM49BAMDA2kAMGYCMQC9ftzTC9bl
            loIvonZGaT8fkHMZJcLpDuofvYwoAOItGq/RO4XsIcmGqVlT17EFOtsCMQDbXJA2
            7IvRFL3pjb7ZcViIv/+n+itp+NA0JfRqjwtjQwD+wpJ2tvqhiexz26jDZ1g=
            -----END CERTIFICATE-----
            """;

    @TempDir
    Path temporary;

    private ConfigDirectory config;

    @BeforeEach
    void start() {
        config = new ConfigDirectory(temporary);
    }

    @Test
    void theSeedsExampleIsRead() throws Exception {
        config.write("nodeconf.yml", """
                networks:
                  - name: test
                    node_id: seeg
                    config_type: github
                    git_repo: https://github.com/rippleFCL/distmon-test.git
                login_password: password
                """);

        NodeConf conf = config.reader().nodeConf();

        assertThat(conf.networks())
                .containsExactly(new NetworkSource(
                        "test",
                        "seeg",
                        new GitSource(
                                "https://github.com/rippleFCL/distmon-test.git",
                                null,
                                Duration.ofSeconds(60),
                                null,
                                null,
                                List.of(),
                                null,
                                null)));
        assertThat(conf.loginPassword()).isEqualTo(new Secret("password"));
        assertThat(conf.warnings()).isEmpty();
    }

    @Test
    void secretsComeFromFilesWithoutTheirLastLineEndAndAreNeverShown() throws Exception {
        config.write("secrets/login", "hunter2\r\n").write("secrets/jwt", "a-long-key\n");
        config.write("nodeconf.yml", """
                networks: [{name: lab, node_id: fra, config_type: local}]
                login_password_file: secrets/login
                jwt_secret_file: secrets/jwt
                """);

        NodeConf conf = config.reader().nodeConf();

        assertThat(conf.loginPassword()).isEqualTo(new Secret("hunter2"));
        assertThat(conf.jwtSecret()).isEqualTo(new Secret("a-long-key"));
        assertThat(conf.toString()).doesNotContain("hunter2").doesNotContain("a-long-key");
    }

    @Test
    void windowsLineEndsAndAByteOrderMarkAreAccepted() throws Exception {
        config.write(
                "nodeconf.yml",
                "\uFEFFnetworks:\r\n- {name: lab, node_id: fra, config_type: local}\r\nlogin_password: x\r\n");

        assertThat(config.reader().nodeConf().networks()).hasSize(1);
    }

    @Test
    void anIdIsTheTextThatStandsThere() throws Exception {
        config.write(
                "nodeconf.yml", "networks: [{name: 0x10, node_id: no, config_type: local}]\nlogin_password: 123\n");

        NodeConf conf = config.reader().nodeConf();

        assertThat(conf.networks().getFirst().name()).isEqualTo("0x10");
        assertThat(conf.networks().getFirst().nodeId()).isEqualTo("no");
        assertThat(conf.loginPassword()).isEqualTo(new Secret("123"));
    }

    @Test
    void allMistakesComeAtOnceEachWithItsLineAndKey() throws Exception {
        config.write("nodeconf.yml", """
                networks:
                - name: ../etc
                  node_id: fra
                  config_type: svn
                - name: lab
                  config_type: git
                  git_poll_seconds: soon
                login_password: ''
                """);

        assertThat(config.refusals(config.reader()::nodeConf))
                .containsExactly(
                        "nodeconf.yml:2: networks[0].name: found \"../etc\", expected 1 to 63 characters of A-Z a-z 0-9"
                                + " . _ -, the first and the last of them a letter or a digit",
                        "nodeconf.yml:4: networks[0].config_type: found \"svn\", expected local, github or git",
                        "nodeconf.yml:5: networks[1].node_id: found nothing, expected 1 to 63 characters of A-Z a-z"
                                + " 0-9 . _ -, the first and the last of them a letter or a digit",
                        "nodeconf.yml:7: networks[1].git_poll_seconds: found \"soon\", expected a number of"
                                + " seconds from 1 to 86400, or a time such as 1m30s",
                        "nodeconf.yml:5: networks[1].git_repo: found nothing, expected a git URL",
                        "nodeconf.yml:8: login_password: found a text that doesn't fit, expected a text of 1 to 4096"
                                + " characters");
    }

    /** Files are named after both. */
    @ParameterizedTest
    @ValueSource(strings = {"../../etc/passwd", "..", ".", "a/b", "a\\b", "/etc", ".hidden", "a.", "", "é"})
    void aNameThatWouldLeaveTheDirectoryOrHasOtherLettersIsRefused(String name) throws Exception {
        config.write("nodeconf.yml", """
                networks:
                - {name: '%s', node_id: fra, config_type: local}
                - {name: lab, node_id: '%s', config_type: local}
                login_password: x
                """.formatted(name, name));

        assertThat(config.refusals(config.reader()::nodeConf))
                .containsExactly(
                        "nodeconf.yml:2: networks[0].name: found \"%s\", expected %s".formatted(name, Identifier.RULE),
                        "nodeconf.yml:3: networks[1].node_id: found \"%s\", expected %s"
                                .formatted(name, Identifier.RULE));
    }

    @Test
    void twoIdentitiesWithOnePrivateKeyFileAreRefused() throws Exception {
        config.write("nodeconf.yml", """
                networks:
                - {name: b_c, node_id: a, config_type: local}
                - {name: c, node_id: a_b, config_type: local}
                login_password: x
                """);

        assertThat(config.refusals(config.reader()::nodeConf))
                .singleElement()
                .asString()
                .contains("networks[1].node_id")
                .contains("the same private key file a_b_c.key as of a in b_c");
    }

    @Test
    void aNetworkListedTwiceIsRefused() throws Exception {
        config.write("nodeconf.yml", """
                networks:
                - {name: lab, node_id: a, config_type: local}
                - {name: lab, node_id: b, config_type: local}
                login_password: x
                """);

        assertThat(config.refusals(config.reader()::nodeConf))
                .singleElement()
                .asString()
                .contains("the network lab a second time");
    }

    @Test
    void noMessageShowsAPassword() throws Exception {
        String[] broken = {
            "networks: []\nlogin_password: *hunter2\n",
            "networks: []\nlogin_password: !hunter2 x\n",
            "login_password:hunter2\n",
            "networks: []\nlogin_password: [hunter2]\n",
            "networks: [{name: a, node_id: b, config_type: git, git_repo: 'https://u:hunter2@host/x'}]\n"
        };
        for (String text : broken) {
            config.write("nodeconf.yml", text);

            assertThat(config.refusals(config.reader()::nodeConf))
                    .isNotEmpty()
                    .noneMatch(finding -> finding.contains("hunter2"));
        }
    }

    @Test
    void unknownKeysAreWarnedOfOnceEach() throws Exception {
        config.write("nodeconf.yml", """
                colour: blue
                networks:
                - {name: lab, node_id: a, config_type: local, size: 1}
                - {name: lab2, node_id: a, config_type: local, size: 2}
                login_password: x
                """);

        assertThat(config.reader().nodeConf().warnings())
                .containsExactlyInAnyOrder(
                        "nodeconf.yml:3: unknown key \"networks[0].size\" is ignored (and in 1 more places)",
                        "nodeconf.yml:1: unknown key \"colour\" is ignored");
    }

    @Test
    void aNodeWithoutAPasswordIsWarnedThatNobodyCanLogIn() throws Exception {
        config.write("nodeconf.yml", "networks: [{name: lab, node_id: a, config_type: local}]\n");

        assertThat(config.reader().nodeConf().warnings())
                .singleElement()
                .asString()
                .contains("nobody can log in");
    }

    @Test
    void thePasswordMayBeGivenAsItsHashButNotAsOneThatIsNone() throws Exception {
        String hash = "$2y$10$N9qo8uLOickgx2ZMRZoMyehtJ/whDdsI.d1w/JqKiOrDw8pCT0JLG";
        String conf = "networks: [{name: lab, node_id: fra, config_type: local}]\n";
        config.write("nodeconf.yml", conf + "login_password: " + hash + "\n");

        assertThat(config.reader().nodeConf().loginPassword()).isEqualTo(new Secret(hash));

        config.write("nodeconf.yml", conf + "login_password: " + hash.replace("$10$", "$05$") + "\n");

        assertThat(config.refusals(config.reader()::nodeConf))
                .containsExactly("nodeconf.yml:2: login_password: found a hash that doesn't fit, expected a bcrypt hash"
                        + " ($2a$, $2b$ or $2y$) of cost 10 to 14, or a password");

        config.write("hash", hash.substring(1, 20)).write("nodeconf.yml", conf + "login_password_file: hash\n");

        assertThat(config.reader().nodeConf().loginPassword()).isNotNull();

        config.write("hash", hash.substring(0, 20));

        assertThat(config.refusals(config.reader()::nodeConf))
                .singleElement()
                .asString()
                .startsWith("nodeconf.yml:2: login_password_file: found a hash that doesn't fit")
                .doesNotContain(hash.substring(0, 20));
    }

    @Test
    void aSecretThatIsGivenTwiceOrIsEmptyOrTooLongIsRefused() throws Exception {
        config.write("password", "hunter2").write("empty", "\r\n").write("long", "hunter2".repeat(1000));
        config.write("nodeconf.yml", """
                networks:
                - {name: lab, node_id: fra, config_type: git, git_repo: 'https://git.example.com/lab.git',
                   git_username: reader, git_username_file: password, git_token_file: long}
                login_password: hunter2
                login_password_file: password
                jwt_secret_file: empty
                """);

        assertThat(config.refusals(config.reader()::nodeConf))
                .containsExactly(
                        "nodeconf.yml:3: networks[0].git_username_file: found both git_username and git_username_file,"
                                + " expected one of them",
                        "nodeconf.yml:3: networks[0].git_token_file: found a longer text in long, expected a text of 1"
                                + " to 4096 characters",
                        "nodeconf.yml:5: login_password_file: found both login_password and login_password_file, expected"
                                + " one of them",
                        "nodeconf.yml:6: jwt_secret_file: found nothing in empty, expected a text of 1 to 4096"
                                + " characters");
    }

    @Test
    void aFileOverAMegabyteIsRefused() throws Exception {
        config.write("nodeconf.yml", "#".repeat((1 << 20) + 1));

        assertThat(config.refusals(config.reader()::nodeConf))
                .containsExactly("nodeconf.yml: found more than 1 MiB, expected at most 1 MiB");
    }

    @Test
    void tagsAreRefusedWithoutShowingThemAsTheFileHoldsSecrets() throws Exception {
        config.write("nodeconf.yml", "login_password: x\nnetworks: !!javax.script.ScriptEngineManager [hunter2]\n");

        assertThat(config.refusals(config.reader()::nodeConf))
                .containsExactly("nodeconf.yml:2:11: networks: found a YAML tag, expected plain YAML without tags");

        config.write("nodeconf.yml", "login_password: {hunter2: !x y}\n");

        assertThat(config.refusals(config.reader()::nodeConf))
                .containsExactly(
                        "nodeconf.yml:1:27: login_password: found a YAML tag, expected plain YAML without tags");
    }

    @Test
    void aMissingFileIsNamed() throws IOException {
        assertThat(config.refusals(config.reader()::nodeConf))
                .containsExactly("nodeconf.yml: found no file, expected a file here");
    }

    @Test
    void aRepositoryThatNeedsATokenIsLetInWithTheOneInAFile() throws Exception {
        config.write("token", "ghp_hunter2\n").write("nodeconf.yml", """
                networks:
                - name: lab
                  node_id: fra
                  config_type: git
                  git_repo: https://git.example.com/lab.git
                  git_branch: release/1.x
                  git_poll_seconds: 5s
                  git_username: reader
                  git_token_file: token
                login_password: x
                """);

        NodeConf conf = config.reader().nodeConf();

        assertThat(conf.networks().getFirst().git())
                .isEqualTo(new GitSource(
                        "https://git.example.com/lab.git",
                        "release/1.x",
                        Duration.ofSeconds(5),
                        new Secret("reader"),
                        new Secret("ghp_hunter2"),
                        List.of(),
                        null,
                        null));
        assertThat(conf.toString()).doesNotContain("hunter2", "reader");
    }

    @Test
    void aRepositoryWhoseServerHasACertificateOfOnesOwnNamesItsAuthority() throws Exception {
        config.write("ca.pem", "of our own\r\n" + CERTIFICATE + CERTIFICATE).write("nodeconf.yml", """
                networks:
                - {name: lab, node_id: fra, config_type: git, git_repo: 'https://git.example.com/lab.git',
                   git_ca_file: ca.pem}
                login_password: x
                """);

        GitSource git = Objects.requireNonNull(
                config.reader().nodeConf().networks().getFirst().git());

        assertThat(git.authorities())
                .hasSize(2)
                .allSatisfy(authority -> assertThat(
                                authority.getSubjectX500Principal().getName())
                        .isEqualTo("CN=git.example.com"));
    }

    @Test
    void anAuthorityThatIsNoneOrThatNobodyNeedsIsRefused() throws Exception {
        config.write("key.pem", "-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n")
                .write("empty.pem", "")
                .write("ca.pem", CERTIFICATE)
                .write("nodeconf.yml", """
                networks:
                - {name: a, node_id: fra, config_type: git, git_repo: 'https://git.example.com/a', git_ca_file: key.pem}
                - {name: b, node_id: fra, config_type: git, git_repo: 'https://git.example.com/b', git_ca_file: empty.pem}
                - {name: c, node_id: fra, config_type: git, git_repo: 'http://git.example.com/c', git_ca_file: ca.pem}
                - {name: d, node_id: fra, config_type: git, git_repo: 'file:///d', git_ca_file: ca.pem}
                - {name: e, node_id: fra, config_type: git, git_repo: 'https://git.example.com/e', git_ca_file: none}
                login_password: x
                """);

        assertThat(config.refusals(config.reader()::nodeConf))
                .satisfiesExactly(
                        text -> assertThat(text)
                                .startsWith("key.pem: found no usable certificate (")
                                .endsWith("), expected X.509 certificates in PEM form"),
                        text -> assertThat(text)
                                .isEqualTo(
                                        "empty.pem: found no usable certificate (none), expected X.509 certificates in"
                                                + " PEM form"),
                        text -> assertThat(text)
                                .isEqualTo("nodeconf.yml:4: networks[2].git_ca_file: found a value for a git_repo that"
                                        + " does not use it, expected an https URL in git_repo, or no git_ca_file"),
                        text -> assertThat(text)
                                .isEqualTo(
                                        "nodeconf.yml:5: networks[3].git_ca_file: found a value for a git_repo that"
                                                + " does not use it, expected an https or ssh URL in git_repo, or no git_ca_file"),
                        text -> assertThat(text).isEqualTo("none: found no file, expected a file here"));
    }

    @Test
    void whoMayHaveMadeMembersCertificatesIsSaidForAllNetworksAndForOne() throws Exception {
        config.write("ca.pem", CERTIFICATE).write("nodeconf.yml", """
                networks:
                - {name: lab, node_id: fra, config_type: local}
                - {name: both, node_id: fra, config_type: local, tls: {ca_file: ca.pem, oddity: 1}}
                login_password: x
                tls: {ca_file: ca.pem}
                """);

        NodeConf conf = config.reader().nodeConf();

        assertThat(conf.networks())
                .extracting(NetworkSource::name, source -> source.authorities().size())
                .containsExactly(tuple("lab", 1), tuple("both", 2));
        assertThat(conf.warnings())
                .containsExactly("nodeconf.yml:3: unknown key \"networks[1].tls.oddity\" is ignored");
    }

    @Test
    void authoritiesThatCantBeReadAreRefused() throws Exception {
        config.write("empty.pem", "").write("nodeconf.yml", """
                networks:
                - {name: lab, node_id: fra, config_type: local, tls: {ca_file: none}}
                - {name: two, node_id: fra, config_type: local, tls: ca.pem}
                login_password: x
                tls: {ca_file: empty.pem}
                """);

        assertThat(config.refusals(config.reader()::nodeConf))
                .satisfiesExactly(
                        text -> assertThat(text).startsWith("empty.pem: found no usable certificate (none)"),
                        text -> assertThat(text).isEqualTo("none: found no file, expected a file here"),
                        text -> assertThat(text).startsWith("nodeconf.yml:3: networks[1].tls: found "));
    }

    @Test
    void whoMustSignCommitsStandsInAFileOfItsOwn() throws Exception {
        config.write("signers", "alice ssh-ed25519 AAAA\n").write("nodeconf.yml", """
                networks:
                - {name: lab, node_id: fra, config_type: git, git_repo: 'file:///lab', git_trusted_signers: signers}
                - {name: lab2, node_id: fra, config_type: git, git_repo: 'file:///lab2'}
                login_password: x
                """);

        assertThat(config.reader().nodeConf().networks())
                .extracting(NetworkSource::git)
                .extracting(GitSource::trustedSigners)
                .containsExactly("alice ssh-ed25519 AAAA\n", null);

        Files.delete(temporary.resolve("signers"));
        assertThat(config.refusals(config.reader()::nodeConf))
                .containsExactly("signers: found no file, expected a file here");
    }

    @Test
    void aRepositoryBySshNeedsAKeyAndTheServersKey() throws Exception {
        config.write("id", "key")
                .write("hosts", "git.example.com ssh-ed25519 AAAA")
                .write("nodeconf.yml", """
                networks:
                - {name: lab, node_id: fra, config_type: git, git_repo: 'git@git.example.com:lab.git',
                   git_ssh_key_file: id, git_ssh_known_hosts_file: hosts}
                - {name: lab2, node_id: fra, config_type: git, git_repo: 'ssh://git@git.example.com:2222/lab.git',
                   git_ssh_key_file: id, git_ssh_known_hosts_file: hosts}
                login_password: x
                """);
        Files.setPosixFilePermissions(temporary.resolve("id"), PosixFilePermissions.fromString("rw-------"));

        assertThat(config.reader().nodeConf().networks())
                .extracting(NetworkSource::git)
                .extracting(GitSource::sshKey, GitSource::sshKnownHosts)
                .containsOnly(tuple(temporary.resolve("id"), temporary.resolve("hosts")));

        config.write("nodeconf.yml", """
                networks:
                - {name: lab, node_id: fra, config_type: git, git_repo: 'git@git.example.com:lab.git',
                   git_ssh_key_file: none}
                login_password: x
                """);
        assertThat(config.refusals(config.reader()::nodeConf))
                .containsExactly(
                        "none: found no file, expected a file here",
                        "nodeconf.yml:2: networks[0].git_ssh_known_hosts_file: found nothing, expected the path of a file,"
                                + " since git_repo is reached by ssh");
    }

    @Test
    void anSshKeyThatOthersCanReadIsNarrowedWithAWarning() throws Exception {
        config.write("id", "key").write("hosts", "").write("nodeconf.yml", """
                networks:
                - {name: lab, node_id: fra, config_type: git, git_repo: 'git@git.example.com:lab.git',
                   git_ssh_key_file: id, git_ssh_known_hosts_file: hosts}
                login_password: x
                """);
        Files.setPosixFilePermissions(temporary.resolve("id"), PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(config.reader().nodeConf().warnings())
                .containsExactly("id: the mode was rw-r--r--, others could read the private key; made it rw-------");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://u:hunter2@host/x",
                "https://hunter2@host/x",
                "ssh://git:hunter2@host/x",
                "https://host/x?private_token=hunter2",
                "https://host/x#hunter2",
                "ext::sh -c hunter2",
                "git://host/hunter2",
                "/hunter2",
                "--upload-pack=hunter2",
                " "
            })
    void aRepositoryUrlThatIsNotOfTheKnownKindsOrHoldsASecretIsRefusedWithoutShowingIt(String url) throws Exception {
        config.write("nodeconf.yml", """
                networks:
                - {name: lab, node_id: fra, config_type: git, git_repo: '%s'}
                login_password: x
                """.formatted(url));

        assertThat(config.refusals(config.reader()::nodeConf))
                .containsExactly(
                        "nodeconf.yml:2: networks[0].git_repo: found a text that doesn't fit, expected a git URL"
                                + " (https, ssh, file or user@host:path) without password, query or fragment");
    }

    @Test
    void credentialsThatDontGoWithTheUrlAreRefused() throws Exception {
        config.write("token", "hunter2").write("nodeconf.yml", """
                networks:
                - {name: a, node_id: fra, config_type: git, git_repo: 'http://git.example.com/a', git_token_file: token}
                - {name: b, node_id: fra, config_type: git, git_repo: 'http://127.0.0.1:80/b', git_token_file: token}
                - {name: c, node_id: fra, config_type: git, git_repo: 'file:///c', git_token_file: token}
                login_password: x
                """);

        assertThat(config.refusals(config.reader()::nodeConf))
                .containsExactly(
                        "nodeconf.yml:2: networks[0].git_token_file: found a token for an http URL, which others can"
                                + " read, expected an https URL",
                        "nodeconf.yml:4: networks[2].git_token_file: found a value for a git_repo that does not use it,"
                                + " expected an https or ssh URL in git_repo, or no git_token_file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../main", "-x", "a..b", "a b", "refs/", "x.lock"})
    void aBranchThatGitWouldNotNameSoIsRefused(String branch) throws Exception {
        config.write("nodeconf.yml", """
                networks:
                - {name: lab, node_id: fra, config_type: git, git_repo: 'file:///lab', git_branch: '%s'}
                login_password: x
                """.formatted(branch));

        assertThat(config.refusals(config.reader()::nodeConf))
                .containsExactly("nodeconf.yml:2: networks[0].git_branch: found \"%s\", expected the name of a branch"
                        .formatted(branch));
    }

    @Test
    void gitKeysOfALocalNetworkAreWarnedOf() throws Exception {
        config.write("nodeconf.yml", """
                networks: [{name: lab, node_id: fra, config_type: local, git_branch: main}]
                login_password: x
                """);

        assertThat(config.reader().nodeConf().warnings())
                .containsExactly("nodeconf.yml:1: networks[0].git_branch: not used, since config_type is not git");
    }
}
