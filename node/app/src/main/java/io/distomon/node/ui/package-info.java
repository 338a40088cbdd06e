/**
 * The page for people at {@code /}. In: the page's own files, from the jar. Out: these, to anybody, with what a browser
 * must not do with them; all that they show they ask of the API, with the token of whoever logged in. Called by browsers.
 */
@NullMarked
package io.distomon.node.ui;

import org.jspecify.annotations.NullMarked;
