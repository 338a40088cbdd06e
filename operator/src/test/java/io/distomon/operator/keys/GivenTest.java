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
