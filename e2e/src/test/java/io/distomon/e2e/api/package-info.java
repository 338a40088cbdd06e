/**
 * What a real API server says to our resource: etcd, API server and controller manager of {@code e2e/cluster api}, on
 * loopback and without pods, for one class with a real Argo CD beside it. The tests have the tag cluster and leave the server
 * as they found it.
 */
@NullMarked
package io.distomon.e2e.api;

import org.jspecify.annotations.NullMarked;
