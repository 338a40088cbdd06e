/** Tests of the room of the same name. */
@NullMarked
package io.distomon.operator.validate;

import org.jspecify.annotations.NullMarked;
