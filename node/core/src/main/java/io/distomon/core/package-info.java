/** What the whole core shares: the names of nodes and networks, and the clock. The rooms below hold everything else. */
@NullMarked
package io.distomon.core;

import org.jspecify.annotations.NullMarked;
