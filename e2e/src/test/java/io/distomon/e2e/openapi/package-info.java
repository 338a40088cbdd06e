/**
 * Whether a node answers as {@code node/app/openapi.yml} says it does, whatever it is asked: schemathesis makes up the
 * requests. In: the description and running nodes. The test has the tag cluster.
 */
@NullMarked
package io.distomon.e2e.openapi;

import org.jspecify.annotations.NullMarked;
