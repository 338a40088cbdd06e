/**
 * What the generator of the CRD needs to know beyond the types: in, annotations on the records of a version's package;
 * out, list types in the YAML under {@code crds/}. Used by the records and, by reflection, by the generator in this
 * module's tests; no other module calls it.
 */
@NullMarked
package io.distomon.crds;

import org.jspecify.annotations.NullMarked;
