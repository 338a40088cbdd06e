package io.distomon.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.operator.Networks;
import io.distomon.operator.keys.SecretText;
import io.distomon.operator.validate.Network;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The login's and the tokens' Secret. */
class SharedSecretsTest {
    private static final Network LAB = Networks.network("nodes: [{id: fra}]");

    @Test
    void theyBelongToTheResourceAndAreNeverTheSameTwice() {
        Secret login = LoginSecret.make(LAB, Networks.RANDOM);
        Secret jwt = JwtSecret.make(LAB, Networks.RANDOM);

        assertThat(login.getMetadata().getName()).isEqualTo("lab-login");
        assertThat(jwt.getMetadata().getName()).isEqualTo("lab-jwt");
        for (Secret secret : new Secret[] {login, jwt}) {
            assertThat(secret.getMetadata().getOwnerReferences())
                    .singleElement()
                    .satisfies(owner -> {
                        assertThat(owner.getUid()).isEqualTo("u-1");
                        assertThat(owner.getApiVersion()).isEqualTo("distomon.io/v1alpha1");
                        assertThat(owner.getKind()).isEqualTo("DistomonNetwork");
                    });
            assertThat(secret.getMetadata().getLabels())
                    .isEqualTo(
                            Map.of("app.kubernetes.io/managed-by", "distomon-operator", "distomon.io/network", "lab"));
        }
        assertThat(login.getData())
                .isNotEqualTo(LoginSecret.make(LAB, Networks.RANDOM).getData());
        assertThat(jwt.getData())
                .isNotEqualTo(JwtSecret.make(LAB, Networks.RANDOM).getData());
    }

    @Test
    void whatIsMadeCanBeUsedAndIsNotShownByChance() {
        assertThat(LoginSecret.read(LoginSecret.make(LAB, Networks.RANDOM)))
                .isInstanceOfSatisfying(SecretText.Usable.class, usable -> {
                    assertThat(usable.value().reveal()).matches("[A-Za-z0-9_-]{24}");
                    assertThat(usable.toString()).doesNotContain(usable.value().reveal());
                });
        assertThat(JwtSecret.read(JwtSecret.make(LAB, Networks.RANDOM)))
                .isInstanceOfSatisfying(
                        SecretText.Usable.class,
                        usable -> assertThat(usable.value().reveal()).hasSize(43));
    }

    @Test
    void theTextOfAKeyCountsWithoutWhiteSpaceAsItDoesForNodes() {
        assertThat(JwtSecret.read(jwt(" " + "k".repeat(32) + "\n")))
                .isEqualTo(new SecretText.Usable(new io.distomon.core.config.Secret("k".repeat(32))));
        assertThat(JwtSecret.read(jwt("k".repeat(31) + "\n")))
                .isEqualTo(new SecretText.Unusable(
                        "Secret monitoring/lab-jwt: secret: found a shorter text, expected at least 32 bytes"));
    }

    @Test
    void whatNodesWouldReadAsSomethingElseOrRefuseIsSoHereToo() {
        String pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 40\n";
        String isPointer =
                "found a pointer of Git LFS, expected the file itself, without LFS: what LFS keeps is not" + " fetched";

        assertThat(JwtSecret.read(jwt("\ufeff" + "k".repeat(32))))
                .isEqualTo(new SecretText.Usable(new io.distomon.core.config.Secret("k".repeat(32))));
        for (String odd : List.of(pointer, " " + pointer, "\ufeff\ufeff" + pointer)) {
            assertThat(JwtSecret.read(jwt(odd)))
                    .isEqualTo(new SecretText.Unusable("Secret monitoring/lab-jwt: secret: " + isPointer));
        }
        assertThat(LoginSecret.read(login(pointer)))
                .isEqualTo(new SecretText.Unusable("Secret monitoring/lab-login: password: " + isPointer));
        for (String empty : List.of("\ufeff", "\ufeff\n", "\n")) {
            assertThat(LoginSecret.read(login(empty)))
                    .isEqualTo(new SecretText.Unusable(
                            "Secret monitoring/lab-login: password: found nothing, expected 1 to 4096 characters"));
        }
        assertThat(LoginSecret.read(login("p".repeat(4097))))
                .isEqualTo(new SecretText.Unusable(
                        "Secret monitoring/lab-login: password: found a longer text, expected 1 to 4096 characters"));
    }

    private static Secret login(String text) {
        return new SecretBuilder(LoginSecret.make(LAB, Networks.RANDOM))
                .withData(SecretText.data(LoginSecret.KEY, text))
                .build();
    }

    @Test
    void aSecretWithoutItsEntryIsNamed() {
        Secret other = new SecretBuilder(LoginSecret.make(LAB, Networks.RANDOM))
                .withData(Map.of("pass", ""))
                .build();

        assertThat(LoginSecret.read(other))
                .isEqualTo(new SecretText.Unusable(
                        "Secret monitoring/lab-login: password: found nothing, expected a text"));
    }

    @Test
    void whatSomebodyGivesIsCopiedInTheirPlaceAndWhatCantBeUsedLeavesTheLastCopy() {
        Network given = Networks.network(
                "{auth: {loginSecretRef: {name: people}, jwtSecretRef: {name: people}}, nodes: [{id: fra}]}");
        io.distomon.core.config.Secret password = new io.distomon.core.config.Secret("open sesame");

        List<Secret> copies = GivenSecret.KIND.wanted(blueprint(given, password));

        assertThat(copies).singleElement().satisfies(copy -> {
            Secret made = LoginSecret.make(LAB, Networks.RANDOM);
            assertThat(copy.getMetadata()).isEqualTo(made.getMetadata());
            assertThat(copy.getType()).isEqualTo(made.getType());
            assertThat(LoginSecret.read(copy)).isEqualTo(new SecretText.Usable(password));
            assertThat(copy.getData()).hasSize(1);
        });
        assertThat(LoginSecret.KIND.wanted(blueprint(given, password))).isEmpty();
        assertThat(JwtSecret.KIND.wanted(blueprint(given, password))).isEmpty();
        assertThat(GivenSecret.KIND.wanted(blueprint(LAB, null))).isEmpty();
    }

    private static Blueprint blueprint(Network network, io.distomon.core.config.@Nullable Secret login) {
        return new Blueprint(
                network,
                Map.of(),
                DesiredMembers.of(network, Map.of(), NodeAddresses.inCluster(network)),
                Map.of(),
                login,
                null,
                Map.of(),
                Map.of(),
                Set.of(),
                Networks.RANDOM);
    }

    private static Secret jwt(String text) {
        return new SecretBuilder(JwtSecret.make(LAB, Networks.RANDOM))
                .withData(SecretText.data(JwtSecret.KEY, text))
                .build();
    }
}
