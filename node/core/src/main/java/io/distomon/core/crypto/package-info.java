/**
 * Ed25519 keys and signatures, and the login's password. In: PEM text and bytes. Out:
 * {@link io.distomon.core.crypto.Signer}, {@link io.distomon.core.crypto.Verifier} and
 * {@link io.distomon.core.crypto.KeyMapping}, the message signatures of RFC 9421, and
 * {@link io.distomon.core.crypto.PasswordHash}. Called by config (loading keys), store (entries), exchange (messages) and
 * the operator (making keys). No I/O.
 */
@NullMarked
package io.distomon.core.crypto;

import org.jspecify.annotations.NullMarked;
