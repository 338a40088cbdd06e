/**
 * The status of a resource: from one {@link io.distomon.operator.status.StatusInput} come conditions, summary, nodes,
 * links and partitions, equal to those of the last status when nothing changed that a person would act on. Called by
 * the reconciler, and by the demo; pure: no client, no clock.
 */
@NullMarked
package io.distomon.operator.status;

import org.jspecify.annotations.NullMarked;
