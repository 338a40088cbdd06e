/**
 * The page for people, of all networks that the operator looks after. In: who logs in, the resources with their status, and how
 * each network's nodes are asked. Out: the page's files, the networks in words, and what a node answers to a question that
 * reads, never one that changes anything. Called by browsers; runs only where it is switched on.
 */
@NullMarked
package io.distomon.operator.page;

import org.jspecify.annotations.NullMarked;
