/**
 * Validation and defaulting: from a {@code DistomonNetwork} as it was applied comes a
 * {@link io.distomon.operator.validate.Network} whose nodes say all that holds for each, or every mistake with its
 * field. Called by the reconciler, and by the demo, which has no API server, so that every rule of the CRD's schema and
 * CEL is repeated here; pure: no client, no clock.
 */
@NullMarked
package io.distomon.operator.validate;

import org.jspecify.annotations.NullMarked;
