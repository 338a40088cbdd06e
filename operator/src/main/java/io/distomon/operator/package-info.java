/**
 * The operator. In: {@code DistomonNetwork} resources, and what their nodes report. Out: the nodes' keys, config,
 * Deployments and Services, and the resource's status. The rooms {@code validate}, {@code keys}, {@code desired},
 * {@code observed} and {@code status} are pure; {@code mirror}, {@code reconcile} and what is here live. Started by its
 * image, and by tests.
 */
@NullMarked
package io.distomon.operator;

import org.jspecify.annotations.NullMarked;
