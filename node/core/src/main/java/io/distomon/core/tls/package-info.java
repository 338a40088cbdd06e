/**
 * Whom one trusts who asks by https. In: certificates of authorities, as text or read. Out: contexts for clients, in which
 * they can be exchanged. Called by nodes for their polls and for git, and by the operator for its mirror.
 */
@NullMarked
package io.distomon.core.tls;

import org.jspecify.annotations.NullMarked;
