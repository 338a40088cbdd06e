package io.distomon.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.distomon.crds.ListType;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A member of a network.
 *
 * @param id The node's name in the network, unique in it. That of a managed node or of a sidecar is a DNS label of at most
 *     20 characters (its Service is named after it); an external node's has 1 to 63 characters of A-Z a-z 0-9 . _ -, the
 *     first and the last of them a letter or a digit.
 * @param type Managed nodes run in this cluster, made by the operator. Sidecars run in a pod of yours, by a container
 *     that you add to it, with the key, config and Service that the operator makes. External ones run elsewhere.
 * @param url Where the node answers: http or https, no user name, query or fragment. Of an external node, for all others.
 *     Of any other, which the others in the cluster reach by its Service, for those that run elsewhere (by an Ingress,
 *     a Gateway, a load balancer, a tunnel): it stands in the files of the ConfigMap that is called like the resource with -network.
 * @param publicKeys The public keys that an external node may sign with, each one an Ed25519 key as PEM (SPKI); more than
 *     one while it changes its key. All others have keys of the operator's, or those of keySecretRef.
 * @param keyGeneration Which private key a managed node or a sidecar signs with, counted from 1; absent means 1. To give the node a new
 *     key, raise it by one: the new public key is published, and once every member has it a managed node restarts
 *     with the new key, a sidecar takes it up as it runs, and the old one is deleted. Raise it too when a key is lost or known to others: delete its Secret, and the old
 *     key leaves at once. The highest generation that exists is used, so lowering it changes nothing.
 * @param keySecretRef A Secret of yours with the private key that a managed node or a sidecar signs with, instead of keys of the
 *     operator's: one Ed25519 key as PEM, PKCS8 or OpenSSH's. What it is changed to becomes the node's next key in the same way
 *     as with keyGeneration, which can't be set beside it. The node runs with a copy, and goes on with it while
 *     the Secret is missing or unfit.
 * @param expose By what a managed node is reached from outside the cluster; absent means by nothing that the operator makes.
 * @param tls What a managed node or a sidecar serves https with, where that differs from the network.
 * @param http What stands in front of a managed node, where that differs from the network.
 * @param probe How the others poll this node, where that differs from the network.
 */
@ValidationRule(
        value = "self.type == 'External' || (size(self.id) <= 20 && self.id.matches('" + Names.DNS_LABEL + "'))",
        messageExpression =
                "'\"' + self.id + '\" is no id for a ' + self.type + ' node, whose Service is named after it:"
                        + " at most 20 characters of a-z 0-9 -, the first and the last of them a letter or a digit'",
        fieldPath = ".id")
@ValidationRule(
        value = "self.type != 'External' || has(self.url)",
        messageExpression = "'External node \"' + self.id + '\" needs a url: where it answers the others'",
        reason = "FieldValueRequired",
        fieldPath = ".url")
@ValidationRule(
        value = "self.type != 'External' || has(self.publicKeys)",
        messageExpression = "'External node \"' + self.id + '\" needs publicKeys: what it signs with'",
        reason = "FieldValueRequired",
        fieldPath = ".publicKeys")
@ValidationRule(
        value = "self.type == 'External' || !has(self.publicKeys)",
        messageExpression =
                "'publicKeys is only for External nodes, the operator publishes the key of \"' + self.id + '\"'",
        reason = "FieldValueForbidden",
        fieldPath = ".publicKeys")
@ValidationRule(
        value = "self.type != 'External' || !has(self.keyGeneration)",
        messageExpression =
                "'keyGeneration is not for External nodes, the key of \"' + self.id + '\" is made where it runs'",
        reason = "FieldValueForbidden",
        fieldPath = ".keyGeneration")
@ValidationRule(
        value = "self.type != 'External' || !has(self.keySecretRef)",
        messageExpression = "'keySecretRef is not for External nodes, the key of \"' + self.id + '\" is where it runs'",
        reason = "FieldValueForbidden",
        fieldPath = ".keySecretRef")
@ValidationRule(
        value = "self.type == 'External' || !has(self.keySecretRef) || !has(self.keyGeneration)",
        messageExpression = "'keySecretRef and keyGeneration exclude each other: the next key of \"' + self.id"
                + " + '\" is what its Secret is changed to'",
        reason = "FieldValueForbidden",
        fieldPath = ".keyGeneration")
@ValidationRule(
        value = "self.type == 'Managed' || !has(self.expose)",
        messageExpression =
                "'expose is only for Managed nodes, the pod of \"' + self.id + '\" is not made by the operator'",
        reason = "FieldValueForbidden",
        fieldPath = ".expose")
@ValidationRule(
        value = "self.type == 'Managed' || !has(self.http)",
        messageExpression =
                "'http is only for Managed nodes, the pod of \"' + self.id + '\" is not made by the operator'",
        reason = "FieldValueForbidden",
        fieldPath = ".http")
@ValidationRule(
        value = "self.type != 'External' || !has(self.tls)",
        messageExpression = "'tls is not for External nodes, \"' + self.id + '\" has its certificate where it runs'",
        reason = "FieldValueForbidden",
        fieldPath = ".tls")
@ValidationRule(
        value =
                "!has(self.expose) || !(self.expose.type in ['Ingress', 'HTTPRoute']) || (has(self.url) && self.url.matches('"
                        + Names.INGRESS_URL + "'))",
        messageExpression =
                "(self.expose.type == 'Ingress' ? 'an Ingress' : 'an HTTPRoute') + ' is made for the host of the url of \"' + self.id + '\", which must be as in"
                        + " https://node.example.com: without a port or an address, and with no path but its pathPrefix'",
        fieldPath = ".url")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record NodeSpec(
        @Required @Size(min = 1, max = 63) @Pattern(Names.IDENTIFIER)
        String id,

        @Default("Managed") @Nullable NodeType type,
        @Size(max = 1024) @Pattern(Names.HTTP_URL) @Nullable String url,

        @Size(min = 1, max = 3) @ListType(ListType.Merge.ATOMIC)
        List<@Size(max = 1024) @Pattern(Names.PUBLIC_KEY_PEM) String> publicKeys,

        @Min(1) @Max(NodeSpec.MAX_KEY_GENERATION) @Nullable Integer keyGeneration,
        @Nullable SecretEntryRef keySecretRef,
        @Nullable ExposeSpec expose,
        @Nullable NodeTlsSpec tls,
        @Nullable HttpSpec http,
        @Nullable ProbeOverride probe) {

    /** A key a day for centuries. */
    public static final int MAX_KEY_GENERATION = 100_000;

    public NodeSpec {
        publicKeys = Absent.asEmpty(publicKeys);
    }
}
