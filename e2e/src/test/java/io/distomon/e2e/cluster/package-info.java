/**
 * The whole product on a real cluster, from outside: {@code e2e/up} installs it as users do, kubectl says what stands
 * there, port-forward reaches the nodes. In come the sample and the images that were built; out comes whether the
 * promises of the README hold. Nothing of the operator's or the node's code is called. The tests have the tag cluster
 * and leave the cluster as they found it.
 */
@NullMarked
package io.distomon.e2e.cluster;

import org.jspecify.annotations.NullMarked;
