/** Resources and networks for the tests of every room, and the rules between the rooms. */
@NullMarked
package io.distomon.operator;

import org.jspecify.annotations.NullMarked;
