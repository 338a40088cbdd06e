/** Tests of {@code io.distomon.e2e.demo.git}. */
@NullMarked
package io.distomon.e2e.demo.git;

import org.jspecify.annotations.NullMarked;
