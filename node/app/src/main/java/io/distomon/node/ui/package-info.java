/**
 * The page for people at {@code /}. In: its files, of {@link io.distomon.page.Page}. Out: these, to anybody. Called by
 * browsers.
 */
@NullMarked
package io.distomon.node.ui;

import org.jspecify.annotations.NullMarked;
