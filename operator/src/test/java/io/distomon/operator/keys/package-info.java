/** Tests of the room of the same name. */
@NullMarked
package io.distomon.operator.keys;

import org.jspecify.annotations.NullMarked;
