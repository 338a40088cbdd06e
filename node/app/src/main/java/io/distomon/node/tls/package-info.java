/**
 * The API by https. In: a directory with a certificate and its key, as cert-manager and other issuers keep them in a Secret.
 * Out: a server that answers by https, with a renewed certificate as soon as it is there, and how the certificate stands.
 * Called by the framework at start, and by the rooms that tell people. Whom a node trusts that it polls is the core's.
 *
 * <p>{@code CertificateDirectory} and {@code PrivateKeyPem} read and judge the files, {@code CertificateWatch} looks after
 * them and holds what is in use, {@code HttpsServer} has the framework serve with it. {@code ClearText} warns
 * of a login by http.
 */
@NullMarked
package io.distomon.node.tls;

import org.jspecify.annotations.NullMarked;
