/**
 * The resource {@code DistomonNetwork} of {@code distomon.io/v1alpha1}, as records. In: what a user applied and what the
 * API server stored. Out: the typed spec for the operator, the status that it writes, and the CRD under {@code crds/},
 * which is generated from these records (schema, rules, and the {@code @param} texts as field descriptions). Used by the
 * operator and the demo.
 *
 * <p>Absent lists and maps read as empty ones, absent objects and numbers as their default, so that nobody asks twice. An
 * enum is null when it is absent or when its value is one that this version does not know (a newer CRD, then a
 * rollback): never guess what it means, refuse the resource. The API server fills in the defaults of enums before
 * anybody reads them.
 */
@NullMarked
package io.distomon.crds.v1alpha1;

import org.jspecify.annotations.NullMarked;
