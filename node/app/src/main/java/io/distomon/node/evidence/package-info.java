/**
 * A view and what proves it, as JSON that can be kept. In: the core's view of a network and its evidence; or such an answer,
 * from whoever kept it. Out: the answer; or the evidence again, and why something is none. Called by the API, which gives it,
 * and by the command {@code verify-evidence}, which makes the view anew and compares. Knows neither of them. Of events, which
 * are kept too, the API has the answer itself.
 */
@NullMarked
package io.distomon.node.evidence;

import org.jspecify.annotations.NullMarked;
