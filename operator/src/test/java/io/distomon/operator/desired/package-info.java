/** Tests of the room of the same name. */
@NullMarked
package io.distomon.operator.desired;

import org.jspecify.annotations.NullMarked;
