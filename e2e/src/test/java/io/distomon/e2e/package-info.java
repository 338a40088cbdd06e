/** What all tests of this module have in common: how each is told. */
@NullMarked
package io.distomon.e2e;

import org.jspecify.annotations.NullMarked;
