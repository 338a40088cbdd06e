/** Tests of the room of the same name. */
@NullMarked
package io.distomon.operator.status;

import org.jspecify.annotations.NullMarked;
