/**
 * Names, labels, annotations and owner references of all children, and of which node a name or a label speaks. Called
 * by all who make, find or select children; pure: no client, no clock.
 */
@NullMarked
package io.distomon.operator.names;

import org.jspecify.annotations.NullMarked;
