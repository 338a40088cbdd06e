/**
 * A network's membership in the nodes' own words: members, keys and topology, and the shared config files and digests
 * that follow from them. Called by all who write, read or follow a config; pure, and knows no Kubernetes.
 */
@NullMarked
package io.distomon.operator.members;

import org.jspecify.annotations.NullMarked;
