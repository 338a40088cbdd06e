/** Tests of {@code io.distomon.e2e.demo.receiver}. */
@NullMarked
package io.distomon.e2e.demo.receiver;

import org.jspecify.annotations.NullMarked;
