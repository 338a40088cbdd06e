/**
 * What a network's children are called, and how they are marked: every name, label, annotation and owner reference. In: a
 * {@link io.distomon.operator.validate.Network}, ids of nodes. Out: metadata, and of which node a name or a label speaks.
 * Called by all who make, find or select children. Pure: no client, no clock.
 */
@NullMarked
package io.distomon.operator.names;

import org.jspecify.annotations.NullMarked;
