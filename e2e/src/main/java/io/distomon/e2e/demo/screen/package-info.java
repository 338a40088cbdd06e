/**
 * What one sees. In: {@link io.distomon.e2e.demo.network.Snapshot}s and lines of text. Out: lines with tones, and these on a
 * terminal that is redrawn in place, appended to any output, or as a picture (SVG). Called by the demo's main class.
 */
@NullMarked
package io.distomon.e2e.demo.screen;

import org.jspecify.annotations.NullMarked;
