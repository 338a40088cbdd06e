/**
 * Makes the CRD from the records. In: the records by reflection and their sources by javac. Out: the YAML under
 * {@code crds/}, and its copy in the Helm chart. Called by {@code CheckedInCrdTest}, which compares and, when asked,
 * writes.
 */
@NullMarked
package io.distomon.crds.generate;

import org.jspecify.annotations.NullMarked;
