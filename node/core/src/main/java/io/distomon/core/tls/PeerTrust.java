package io.distomon.core.tls;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whose certificates peers may have who are asked by https: of whom Java trusts, and of some authorities besides, which can
 * be exchanged while clients use the context. Who connects has to ask for the check of the host's name
 * ({@code HTTPS} as the endpoint identification algorithm), as the JDK's HTTP client does. Safe for use by many threads.
 */
public final class PeerTrust {
    private List<X509Certificate> authorities;
    private @Nullable Made made;

    /** Made when it is needed: without TLS nobody reads all that Java trusts. */
    private record Made(Exchangeable manager, SSLContext context) {
        static Made of(Collection<X509Certificate> authorities) {
            Exchangeable manager = new Exchangeable(Authorities.besidesJavas(authorities));
            try {
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(null, new TrustManager[] {manager}, null);
                return new Made(manager, context);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** @param authorities trusted besides those whom Java trusts */
    public PeerTrust(Collection<X509Certificate> authorities) {
        this.authorities = List.copyOf(authorities);
    }

    /** For any number of clients; the same for as long as this is. */
    public synchronized SSLContext context() {
        if (made == null) {
            made = Made.of(authorities);
        }
        return made.context();
    }

    /** Trusts others from the next connection on. What is open stays open. */
    public synchronized void exchange(Collection<X509Certificate> changed) {
        if (authorities.equals(List.copyOf(changed))) {
            return;
        }
        authorities = List.copyOf(changed);
        if (made == null) {
            return;
        }
        made.manager().current = Authorities.besidesJavas(changed);
        // Who resumes a session shows no certificate.
        SSLSessionContext sessions = made.context().getClientSessionContext();
        for (byte[] id : Collections.list(sessions.getIds())) {
            SSLSession session = sessions.getSession(id);
            if (session != null) {
                session.invalidate();
            }
        }
    }

    /** Asks who is to be asked now. */
    private static final class Exchangeable extends X509ExtendedTrustManager {
        private volatile X509ExtendedTrustManager current;

        Exchangeable(X509ExtendedTrustManager first) {
            this.current = first;
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind) throws CertificateException {
            current.checkClientTrusted(chain, kind);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket)
                throws CertificateException {
            current.checkClientTrusted(chain, kind, socket);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine)
                throws CertificateException {
            current.checkClientTrusted(chain, kind, engine);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind) throws CertificateException {
            current.checkServerTrusted(chain, kind);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket)
                throws CertificateException {
            current.checkServerTrusted(chain, kind, socket);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind, SSLEngine engine)
                throws CertificateException {
            current.checkServerTrusted(chain, kind, engine);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return current.getAcceptedIssuers();
        }
    }
}
