/**
 * The table {@code refused-objects.yml}. In: the file, and the CRD's defaults. Out: objects as a user applies them, each
 * with who must refuse it and how. Used by the tests of the operator and of e2e.
 */
@NullMarked
package io.distomon.crds.refused;

import org.jspecify.annotations.NullMarked;
