/**
 * Who takes part in a network, in the words of the nodes: members, keys, and who polls whom. In: what the spec says, or the
 * config that was found. Out: the nodes' shared files and their digests. Called by all who write, read or follow a config.
 * Pure: no client, no clock; knows no Kubernetes.
 */
@NullMarked
package io.distomon.operator.members;

import org.jspecify.annotations.NullMarked;
