package io.distomon.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Default;
import org.jspecify.annotations.Nullable;

/**
 * What happens to the private keys of managed nodes.
 *
 * @param deletionPolicy Retain keeps the Secrets with the private keys when the network or a node is deleted, so that the
 *     same name gets the same identity again. Delete removes them with the network or the node. A change holds
 *     for the keys that exist: those of nodes that have left before go too.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record KeysSpec(@Default("Retain") @Nullable KeyDeletionPolicy deletionPolicy) {
    static final KeysSpec DEFAULT = new KeysSpec(KeyDeletionPolicy.Retain);
}
