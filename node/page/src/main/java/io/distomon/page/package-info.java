/**
 * The page for people, which a node serves of its own networks and the operator of all that it looks after. In: the page's
 * own files, from the jar. Out: these, by path, with what a browser must not do with them; all that they show they ask of
 * the API of whoever serves them, with the token of whoever logged in.
 */
@NullMarked
package io.distomon.page;

import org.jspecify.annotations.NullMarked;
