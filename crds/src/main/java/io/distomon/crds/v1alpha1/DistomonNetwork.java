package io.distomon.crds.v1alpha1;

import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * A network of nodes that watch each other with signed messages. The operator runs its managed nodes, gives every node
 * the public keys of the others, and mirrors what the nodes see into the status.
 */
@ValidationRule(
        value = "(has(self.spec.networkId) ? self.spec.networkId : self.metadata.name)"
                + " == (has(oldSelf.spec.networkId) ? oldSelf.spec.networkId : oldSelf.metadata.name)",
        message = "networkId can't be changed: every node outside this cluster is configured with it",
        fieldPath = ".spec.networkId")
@Group("distomon.io")
@Version("v1alpha1")
@Kind("DistomonNetwork")
@Singular("distomonnetwork")
@Plural("distomonnetworks")
@ShortNames("dmn")
public class DistomonNetwork extends CustomResource<DistomonNetworkSpec, DistomonNetworkStatus> implements Namespaced {}
