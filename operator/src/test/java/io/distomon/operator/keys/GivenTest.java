package io.distomon.operator.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.crypto.Signer;
import io.distomon.operator.Networks;
import io.distomon.operator.names.ChildMetadata;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.SecretEntry;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Secrets of others: what can be used of them, and what is said of the rest. */
class GivenTest {
    private static final Network LAB = Networks.network("nodes: [{id: fra}]");
    private static final SecretEntry ENTRY = new SecretEntry("my-key", "fra_lab.key");

    /** Made by {@code ssh-keygen -t ed25519}. */
    private static final String OPENSSH = """
            -----BEGIN OPENSSH PRIVATE KEY-----
            b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
            QyNTUxOQAAACDqEq8jJ7Cdm11Rx5QBYJhYH5XOFOhC/WBYBdbCFmt03AAAAJBNNVhcTTVY
            XAAAAAtzc2gtZWQyNTUxOQAAACDqEq8jJ7Cdm11Rx5QBYJhYH5XOFOhC/WBYBdbCFmt03A
            AAAEDGM7ZDz7uXVvdVddTxfgY/aSO7PgKbzJpFBc8MVfTJcuoSryMnsJ2bXVHHlAFgmFgf
            lc4U6EL9YFgF1sIWa3TcAAAAC29wc0BleGFtcGxlAQI=
            -----END OPENSSH PRIVATE KEY-----
            """;

    @Test
    void aKeyOfSomebodysIsTheNodesWhateverElseTheSecretHolds() {
        Signer key = Signer.generate("fra", Networks.RANDOM);
        Secret secret = new SecretBuilder(secret(key.privatePem()))
                .addToData("other", "AAAA")
                .build();

        assertThat(read(secret))
                .isInstanceOfSatisfying(
                        Given.Usable.class,
                        usable ->
                                assertThat(((Signer) usable.value()).verifier()).isEqualTo(key.verifier()));
    }

    @Test
    void itsCopyIsInTheFormOfTheOperatorsOwnWhateverFormItHas() {
        Given.Usable<Signer> given = (Given.Usable<Signer>) read(secret(OPENSSH));

        Secret copy = KeySecret.of(LAB, "fra", 3, given.value());

        assertThat(KeySecret.read(LAB, "fra", copy))
                .isEqualTo(new KeyReading.Held(
                        "fra", 3, "lab-fra-key-3", given.value().verifier()));
        assertThat(copy.getImmutable()).isTrue();
    }

    @Test
    void whatOpensARepositoryIsWhatItsUrlNeedsAndNoMore() {
        assertThat(credentials(
                        "https://git.example.com/lab.git", "username", "bot", "password", "p", "known_hosts", "h"))
                .isEqualTo(new Given.Usable<>(Map.of("username", text("bot"), "password", text("p"))));
        assertThat(credentials("https://git.example.com/lab.git", "ca.crt", Networks.AUTHORITY))
                .isEqualTo(new Given.Usable<>(Map.of("ca.crt", text(Networks.AUTHORITY))));
        assertThat(credentials(
                        "ssh://git@git.example.com/lab.git", "ssh-privatekey", "k", "known_hosts", "h", "x", "y"))
                .isEqualTo(new Given.Usable<>(Map.of("ssh-privatekey", text("k"), "known_hosts", text("h"))));
    }

    @Test
    void whatDoesNotOpenARepositoryIsNamedWithWhatItShouldHave() {
        String place = "membership.git.credentialsSecretRef: Secret monitoring/git: ";
        Network ssh = Networks.network(
                "{nodes: [{id: fra}], membership: {type: Git, git: {url: 'git@git.example.com:lab.git', credentialsSecretRef: {name: git}}}}");
        assertThat(Given.credentials(ssh, Objects.requireNonNull(ssh.git()), "git", null))
                .isEqualTo(new Given.Unusable<>(
                        true,
                        "membership.git.credentialsSecretRef: found no Secret monitoring/git, expected one with ssh-privatekey"
                                + " and known_hosts for an ssh url"));
        assertThat(credentials("https://git.example.com/lab.git", "token", "t"))
                .isEqualTo(new Given.Unusable<>(
                        false,
                        place
                                + "found none of its entries, expected password for an https url, perhaps with username, or"
                                + " ca.crt alone"));
        assertThat(credentials("https://git.example.com/lab.git", "username", "bot", "ca.crt", Networks.AUTHORITY))
                .isEqualTo(new Given.Unusable<>(
                        false,
                        place + "found a username without a password, expected password for an https url, perhaps with"
                                + " username, or ca.crt alone"));
        assertThat(credentials("https://git.example.com/lab.git", "ca.crt", "no certificate"))
                .isInstanceOfSatisfying(
                        Given.Unusable.class,
                        unusable -> assertThat(unusable.message())
                                .startsWith(place + "ca.crt: found no usable certificate"));
        assertThat(credentials("git@git.example.com:lab.git", "ssh-privatekey", "k"))
                .isEqualTo(new Given.Unusable<>(false, place + "known_hosts: found nothing, expected a text"));
    }

    private static Given<Map<String, io.distomon.core.config.Secret>> credentials(String url, String... entries) {
        Network network = Networks.network(
                "{nodes: [{id: fra}], membership: {type: Git, git: {url: '%s', credentialsSecretRef: {name: git}}}}"
                        .formatted(url));
        SecretBuilder secret = new SecretBuilder()
                .withNewMetadata()
                .withNamespace("monitoring")
                .withName("git")
                .endMetadata();
        for (int i = 0; i < entries.length; i += 2) {
            secret.addToData(SecretText.data(entries[i], entries[i + 1]));
        }
        return Given.credentials(network, Objects.requireNonNull(network.git()), "git", secret.build());
    }

    private static io.distomon.core.config.Secret text(String text) {
        return new io.distomon.core.config.Secret(text);
    }

    @Test
    void oneThatIsMissingMayComeAndIsNamedWithWhatItShouldHave() {
        assertThat(read(null))
                .isEqualTo(new Given.Unusable<Signer>(
                        true,
                        "keySecretRef of node fra: found no Secret monitoring/my-key, expected one with the entry"
                                + " fra_lab.key"));
    }

    @Test
    void anotherEntryIsNotTakenForIt() {
        Secret secret = new SecretBuilder(secret(""))
                .withData(Map.of("fra.key", "AAAA"))
                .build();

        assertThat(message(read(secret)))
                .isEqualTo("keySecretRef of node fra: Secret monitoring/my-key: fra_lab.key: found nothing, expected a"
                        + " text");
    }

    @Test
    void whatIsNoKeyIsNotShown() {
        String twoKeys = Signer.generate("fra", Networks.RANDOM).privatePem()
                + Signer.generate("fra", Networks.RANDOM).privatePem();

        assertThat(message(read(secret("hunter2"))))
                .startsWith("keySecretRef of node fra: Secret monitoring/my-key: fra_lab.key: found no usable key (")
                .endsWith("), expected one Ed25519 private key as PEM, PKCS8 or OpenSSH's")
                .doesNotContain("hunter2");
        assertThat(message(read(secret(twoKeys)))).contains("found 2 private keys");
    }

    @Test
    void theKeyOfAnotherNodeIsNotTakenAndItsOwnIs() {
        Signer key = Signer.generate("fra", Networks.RANDOM);
        Secret secret = secret(key.privatePem());

        assertThat(Given.key(LAB, "fra", ENTRY, secret, Map.of(key.verifier(), "fra")))
                .isInstanceOf(Given.Usable.class);
        assertThat(message(Given.key(LAB, "fra", ENTRY, secret, Map.of(key.verifier(), "nyc"))))
                .isEqualTo("keySecretRef of node fra: Secret monitoring/my-key: fra_lab.key: found the key of node nyc,"
                        + " expected one of its own");
    }

    @Test
    void whatTheOperatorMakesItselfIsNothingToFollow() {
        Secret own = new SecretBuilder(
                        secret(Signer.generate("fra", Networks.RANDOM).privatePem()))
                .editMetadata()
                .withLabels(Map.of(ChildMetadata.MANAGED_BY, ChildMetadata.OPERATOR, ChildMetadata.NETWORK, "another"))
                .endMetadata()
                .build();

        assertThat(message(read(own)))
                .isEqualTo(
                        "keySecretRef of node fra: found Secret monitoring/my-key, which the operator makes, expected"
                                + " one of yours");
    }

    private static Given<Signer> read(@Nullable Secret found) {
        return Given.key(LAB, "fra", ENTRY, found, Map.of());
    }

    private static String message(Given<Signer> given) {
        return ((Given.Unusable<Signer>) given).message();
    }

    private static Secret secret(String text) {
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace("monitoring")
                .withName("my-key")
                .endMetadata()
                .withData(SecretText.data("fra_lab.key", text))
                .build();
    }
}
