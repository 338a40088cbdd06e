/** Tests of {@code io.distomon.e2e.demo.screen}. */
@NullMarked
package io.distomon.e2e.demo.screen;

import org.jspecify.annotations.NullMarked;
