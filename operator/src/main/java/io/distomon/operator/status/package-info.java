/**
 * What a resource's status says. In: one {@link io.distomon.operator.status.StatusInput} with the resource as it was, the
 * verdict on its spec, its keys, what runs, what the nodes see, and the time. Out: the new status, equal to the old one
 * when nothing changed that a person would act on. Called by the reconciler, and by the demo. Pure: no client, no clock.
 */
@NullMarked
package io.distomon.operator.status;

import org.jspecify.annotations.NullMarked;
