/**
 * Reads a DistomonNetwork from a file as a cluster would take it. In: a YAML file and the checked-in CRD. Out: the
 * resource with the schema's defaults in place, or every mistake with its line, field path, what was found and what is
 * expected. Called by the demo before anything is started. The rules that the schema can't state (CEL on a cluster) are
 * the operator's {@code validate}.
 */
@NullMarked
package io.distomon.e2e.demo.resource;

import org.jspecify.annotations.NullMarked;
