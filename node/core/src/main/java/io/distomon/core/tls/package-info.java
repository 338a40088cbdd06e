/**
 * Whom one trusts who asks by https. In: certificates of authorities, as text or read. Out: the certificates in a text, and
 * contexts for clients, in which whom they trust can be exchanged. Called by config, by nodes for polls, for git and for
 * the certificate they serve, and by the operator.
 */
@NullMarked
package io.distomon.core.tls;

import org.jspecify.annotations.NullMarked;
