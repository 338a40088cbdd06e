/**
 * Whether a resource can be carried out. In: a {@code DistomonNetwork} as it was applied, with the schema's defaults. Out:
 * a {@link io.distomon.operator.validate.Network} in which nothing is left to doubt, or every mistake with its field.
 * Called by the reconciler, and by the demo, which has no API server: so every rule of the CRD is repeated here, and what
 * its schema and CEL can't say is added. Pure: no client, no clock.
 */
@NullMarked
package io.distomon.operator.validate;

import org.jspecify.annotations.NullMarked;
