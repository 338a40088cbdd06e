package io.distomon.core.tls;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whose certificates peers may have who are asked by https: of whom Java trusts, and of some authorities besides, which can
 * be exchanged. Who connects has to ask for the check of the host's name ({@code HTTPS} as the endpoint identification
 * algorithm), as the JDK's HTTP client does. Safe for use by many threads.
 */
public final class PeerTrust {
    private List<X509Certificate> authorities;

    /** Made when it is needed: without TLS nobody reads all that Java trusts. */
    private @Nullable SSLContext context;

    /** @param authorities trusted besides those whom Java trusts */
    public PeerTrust(Collection<X509Certificate> authorities) {
        this.authorities = List.copyOf(authorities);
    }

    /**
     * To be asked for at each request; another one once the authorities were exchanged, so that neither a connection that
     * was kept nor a session that would be resumed outlives the trust in whom it is with.
     */
    public synchronized SSLContext context() {
        if (context == null) {
            context = made(authorities);
        }
        return context;
    }

    /** Trusts others from the next request on. */
    public synchronized void exchange(Collection<X509Certificate> changed) {
        List<X509Certificate> others = List.copyOf(changed);
        if (!authorities.equals(others)) {
            authorities = others;
            context = null;
        }
    }

    private static SSLContext made(Collection<X509Certificate> authorities) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {Authorities.besidesJavas(authorities)}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
