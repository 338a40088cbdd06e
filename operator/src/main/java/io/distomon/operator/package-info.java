/**
 * The operator: {@code DistomonNetwork} resources and what their nodes report come in, and the nodes' keys, config,
 * Deployments and Services and the resources' status go out. The rooms {@code validate}, {@code names},
 * {@code members}, {@code keys}, {@code desired}, {@code observed} and {@code status} are pure, {@code mirror},
 * {@code reconcile}, {@code metrics}, {@code page} and what is here live; started by its image, and by tests.
 */
@NullMarked
package io.distomon.operator;

import org.jspecify.annotations.NullMarked;
