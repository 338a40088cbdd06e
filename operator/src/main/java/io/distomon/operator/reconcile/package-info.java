/**
 * From a resource to what it asks for. In: events about {@code DistomonNetwork}s, their children and their mirrors. Out:
 * children in the cluster, and a status. Called by java-operator-sdk, one thread at a time for each network. What children
 * should be, and what the status says, is decided in the pure rooms; here it is compared with the cluster and written.
 */
@NullMarked
package io.distomon.operator.reconcile;

import org.jspecify.annotations.NullMarked;
