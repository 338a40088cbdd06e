/** Tests of {@code io.distomon.e2e.demo.node}. */
@NullMarked
package io.distomon.e2e.demo.node;

import org.jspecify.annotations.NullMarked;
