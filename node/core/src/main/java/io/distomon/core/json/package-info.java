/**
 * JSON from somebody who is not trusted: one pass over text of bounded size, depth and number of members, in which a
 * duplicate key, a number too large or a broken character is an error that says where. Called by store, exchange and
 * record. No I/O.
 */
@NullMarked
package io.distomon.core.json;

import org.jspecify.annotations.NullMarked;
