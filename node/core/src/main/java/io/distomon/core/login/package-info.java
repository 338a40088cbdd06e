/**
 * Who may try a password, and when. In: where an attempt comes from, and what became of it. Out: how long it has to wait.
 * Called by nodes, and by the operator for its page.
 */
@NullMarked
package io.distomon.core.login;

import org.jspecify.annotations.NullMarked;
