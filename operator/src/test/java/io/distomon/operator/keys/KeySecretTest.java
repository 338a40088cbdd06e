package io.distomon.operator.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.Verifier;
import io.distomon.operator.Networks;
import io.distomon.operator.desired.LoginSecret;
import io.distomon.operator.names.ChildMetadata;
import io.distomon.operator.names.ChildNames;
import io.distomon.operator.validate.Network;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KeySecretTest {
    private static final Network LAB = Networks.network("networkId: prod.eu\nnodes: [{id: fra}, {id: fra-x}]");

    @Test
    void aMadeKeyIsImmutableMarkedAndKept() {
        Secret secret = KeySecret.make(LAB, "fra", 2, Networks.RANDOM);

        assertThat(secret.getImmutable()).isTrue();
        assertThat(secret.getMetadata().getNamespace()).isEqualTo("monitoring");
        assertThat(secret.getMetadata().getName()).isEqualTo("lab-fra-key-2");
        assertThat(secret.getMetadata().getLabels())
                .isEqualTo(Map.of(
                        "app.kubernetes.io/managed-by",
                        "distomon-operator",
                        "distomon.io/network",
                        "lab",
                        "distomon.io/node",
                        "fra"));
        assertThat(secret.getMetadata().getAnnotations())
                .isEqualTo(Map.of(
                        "distomon.io/network-id",
                        "prod.eu",
                        "distomon.io/node-id",
                        "fra",
                        "argocd.argoproj.io/sync-options",
                        "Prune=false,Delete=false"));
        assertThat(secret.getMetadata().getOwnerReferences()).isEmpty();
        assertThat(secret.getData()).containsOnlyKeys("fra_prod.eu.key");
    }

    @Test
    void onlyAKeyThatIsToBeDeletedHasAnOwner() {
        Network network = Networks.network("nodes: [{id: fra}]\nkeys: {deletionPolicy: Delete}");

        assertThat(KeySecret.make(network, "fra", 1, Networks.RANDOM)
                        .getMetadata()
                        .getOwnerReferences())
                .singleElement()
                .satisfies(owner -> assertThat(owner.getUid()).isEqualTo("u-1"));
    }

    @Test
    void aMadeKeyIsHeldAndTwoAreNeverTheSame() {
        KeyReading.Held first = held(KeySecret.make(LAB, "fra", 12, Networks.RANDOM));
        KeyReading.Held second = held(KeySecret.make(LAB, "fra", 12, Networks.RANDOM));

        assertThat(first.nodeId()).isEqualTo("fra");
        assertThat(first.generation()).isEqualTo(12);
        assertThat(first.secretName()).isEqualTo("lab-fra-key-12");
        assertThat(first.publicKey()).isNotEqualTo(second.publicKey());
    }

    @Test
    void aKeptKeyIsTheSameNodeAgainAfterTheResourceWasMadeAnew() {
        Secret secret = KeySecret.make(LAB, "fra", 1, Networks.RANDOM);
        Network again = new Network(
                new Network.Owner("monitoring", "lab", "u-2", 1),
                LAB.networkId(),
                false,
                LAB.topology(),
                LAB.thresholds(),
                LAB.git(),
                LAB.nodes(),
                LAB.auth(),
                LAB.keyDeletion(),
                LAB.authorities(),
                LAB.alerts());

        assertThat(KeySecret.read(again, "fra", secret)).isEqualTo(KeySecret.read(LAB, "fra", secret));
    }

    @Test
    void theOwnerOfAKeyThatExistsFollowsTheDeletionPolicy() {
        Secret kept = KeySecret.make(LAB, "fra", 1, Networks.RANDOM);
        Network delete = Networks.network("networkId: prod.eu\nnodes: [{id: fra}]\nkeys: {deletionPolicy: Delete}");

        Secret owned = KeySecret.owned(delete, kept);

        assertThat(owned.getMetadata().getOwnerReferences()).containsExactly(ChildMetadata.owner(delete));
        assertThat(owned.getData()).isEqualTo(kept.getData());
        assertThat(owned.getImmutable()).isTrue();
        assertThat(KeySecret.owned(delete, owned)).isSameAs(owned);
        assertThat(KeySecret.owned(LAB, owned)).isEqualTo(kept);
        assertThat(KeySecret.owned(LAB, kept)).isSameAs(kept);
    }

    @Test
    void ownersThatOthersGaveAKeyStayAndWhatTheyControlIsTheirs() {
        Network delete = Networks.network("networkId: prod.eu\nnodes: [{id: fra}]\nkeys: {deletionPolicy: Delete}");
        OwnerReference other = new OwnerReferenceBuilder()
                .withApiVersion("example.com/v1")
                .withKind("Backup")
                .withName("nightly")
                .withUid("u-9")
                .build();
        Secret shared = ownedBy(other);
        Secret controlled =
                ownedBy(new OwnerReferenceBuilder(other).withController(true).build());

        Secret owned = KeySecret.owned(delete, shared);

        assertThat(owned.getMetadata().getOwnerReferences()).containsExactly(other, ChildMetadata.owner(delete));
        assertThat(KeySecret.owned(LAB, owned)).isEqualTo(shared);
        assertThat(KeySecret.owned(delete, controlled)).isSameAs(controlled);
    }

    @Test
    void whatHoldsNoKeyOfTheNetworkIsNotMadeItsOwn() {
        Network delete = Networks.network("networkId: prod.eu\nnodes: [{id: fra}]\nkeys: {deletionPolicy: Delete}");
        Secret config = new SecretBuilder(LoginSecret.make(LAB, Networks.RANDOM))
                .editMetadata()
                .withOwnerReferences()
                .endMetadata()
                .build();
        Secret unmarked = new SecretBuilder(KeySecret.make(LAB, "fra", 1, Networks.RANDOM))
                .editMetadata()
                .withAnnotations(Map.of())
                .endMetadata()
                .build();

        assertThat(KeySecret.owned(delete, config)).isSameAs(config);
        assertThat(KeySecret.owned(delete, unmarked)).isSameAs(unmarked);
    }

    private static Secret ownedBy(OwnerReference owner) {
        return new SecretBuilder(KeySecret.make(LAB, "fra", 1, Networks.RANDOM))
                .editMetadata()
                .withOwnerReferences(owner)
                .endMetadata()
                .build();
    }

    record Foreign(String what, UnaryOperator<SecretBuilder> change, String message) {
        @Override
        public String toString() {
            return what;
        }
    }

    static List<Foreign> foreign() {
        return List.of(
                new Foreign(
                        "another network's",
                        s -> s.editMetadata()
                                .addToLabels("distomon.io/network", "lab2")
                                .endMetadata(),
                        "found the label distomon.io/network=lab2, expected lab"),
                new Foreign(
                        "another node's",
                        s -> s.editMetadata()
                                .addToAnnotations("distomon.io/node-id", "nyc")
                                .endMetadata(),
                        "found the annotation distomon.io/node-id=nyc, expected fra"),
                new Foreign(
                        "one of another network id",
                        s -> s.editMetadata()
                                .addToAnnotations("distomon.io/network-id", "lab")
                                .endMetadata(),
                        "found the annotation distomon.io/network-id=lab, expected prod.eu"),
                new Foreign(
                        "without any mark",
                        s -> s.editMetadata()
                                .withLabels(null)
                                .withAnnotations(null)
                                .endMetadata(),
                        "found no label distomon.io/node, expected fra"),
                new Foreign(
                        "with a name that tells no generation",
                        s -> s.editMetadata().withName("lab-fra-key-01").endMetadata(),
                        "expected lab-fra-key-1"),
                new Foreign("empty", s -> s.withData(null), "fra_prod.eu.key: found nothing"),
                new Foreign("no text", s -> s.withData(Map.of("fra_prod.eu.key", "/w==")), "expected UTF-8"),
                new Foreign("no base64", s -> s.withData(Map.of("fra_prod.eu.key", "geheim!")), "expected UTF-8"),
                new Foreign(
                        "no key",
                        s -> s.withData(SecretText.data("fra_prod.eu.key", "geheim")),
                        "no usable key in fra_prod.eu.key"),
                new Foreign(
                        "a public key",
                        s -> s.withData(SecretText.data(
                                "fra_prod.eu.key",
                                Signer.generate("fra", Networks.RANDOM)
                                        .verifier()
                                        .pem())),
                        "no usable key in fra_prod.eu.key"));
    }

    @ParameterizedTest
    @MethodSource("foreign")
    void whatIsNotTheNodesKeyIsAMismatchThatSaysWhy(Foreign foreign) {
        Secret secret = foreign.change()
                .apply(new SecretBuilder(KeySecret.make(LAB, "fra", 1, Networks.RANDOM)))
                .build();

        assertThat(KeySecret.read(LAB, "fra", secret))
                .isInstanceOfSatisfying(
                        KeyReading.Mismatch.class,
                        mismatch -> assertThat(mismatch.message())
                                .contains(secret.getMetadata().getName())
                                .contains(foreign.message())
                                .doesNotContain("geheim"));
    }

    /** Two networks may come to one name; the marks tell whose it is. */
    @Test
    void theKeyOfANodeWhoseNameOnlyLooksAlikeIsAMismatch() {
        Network labFra = Networks.accepted(renamed("lab-fra"));
        Secret ofOther = KeySecret.make(labFra, "x", 1, Networks.RANDOM);

        assertThat(ofOther.getMetadata().getName()).isEqualTo(ChildNames.key(LAB, "fra-x", 1));
        assertThat(KeySecret.read(LAB, "fra-x", ofOther)).isInstanceOf(KeyReading.Mismatch.class);
    }

    @Test
    void oneKeyOfTwoNodesIsNamed() {
        Verifier key = held(KeySecret.make(LAB, "fra", 1, Networks.RANDOM)).publicKey();
        Verifier other = held(KeySecret.make(LAB, "fra", 1, Networks.RANDOM)).publicKey();

        assertThat(KeySecret.shared(LAB, Map.of("fra", inUse("fra", key), "fra-x", inUse("fra-x", other))))
                .isEmpty();
        assertThat(KeySecret.shared(LAB, Map.of("fra", inUse("fra", key), "fra-x", inUse("fra-x", key))))
                .containsExactly("The nodes fra and fra-x have one key (" + key.fingerprint()
                        + "), expected a key of its own for each");
    }

    @Test
    void aManagedNodeThatIsListedAsAnExternalOneTooIsNamed() {
        Verifier key = Signer.generate("fra", Networks.RANDOM).verifier();
        Network network = Networks.network("""
                nodes:
                - {id: fra}
                - {id: copy, type: External, url: 'https://x', publicKeys: ["%s"]}
                """.formatted(key.pem().replace("\n", "\\n")));

        assertThat(KeySecret.shared(network, Map.of("fra", inUse("fra", key))))
                .singleElement()
                .asString()
                .startsWith("The nodes fra and copy have one key");
    }

    @Test
    void externalNodesMayShareAKey() {
        String pem = Signer.generate("home", Networks.RANDOM).verifier().pem().replace("\n", "\\n");
        Network network = Networks.network("""
                nodes:
                - {id: fra}
                - {id: home, type: External, url: 'https://home', publicKeys: ["%s"]}
                - {id: site, type: External, url: 'https://site', publicKeys: ["%s"]}
                """.formatted(pem, pem));
        Verifier own = held(KeySecret.make(LAB, "fra", 1, Networks.RANDOM)).publicKey();

        assertThat(KeySecret.shared(network, Map.of("fra", inUse("fra", own)))).isEmpty();
        assertThat(KeySecret.shared(
                        network,
                        Map.of(
                                "fra",
                                inUse(
                                        "fra",
                                        network.external()
                                                .getFirst()
                                                .publicKeys()
                                                .getFirst()))))
                .singleElement()
                .asString()
                .startsWith("The nodes fra and home and site have one key");
    }

    private static NodeKeys inUse(String nodeId, Verifier key) {
        return NodeKeys.steady(new KeyReading.Held(nodeId, 1, "lab-" + nodeId + "-key-1", key));
    }

    private static KeyReading.Held held(Secret secret) {
        return (KeyReading.Held) KeySecret.read(LAB, "fra", secret);
    }

    private static io.distomon.crds.v1alpha1.DistomonNetwork renamed(String name) {
        var resource = Networks.resource("nodes: [{id: x}]");
        resource.getMetadata().setName(name);
        return resource;
    }
}
