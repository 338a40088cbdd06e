package io.distomon.node.git;

import java.io.IOException;
import java.net.Proxy;
import java.net.URL;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory2;
import org.eclipse.jgit.transport.http.JDKHttpConnectionFactory;
import org.jspecify.annotations.Nullable;

/** HTTPS to servers whose certificate some given authorities made, and to no others; all else as Java does it. */
final class GitTls implements HttpConnectionFactory2 {
    private final JDKHttpConnectionFactory java = new JDKHttpConnectionFactory();
    private final List<X509Certificate> authorities;

    /**
     * @param authorities at least one
     */
    GitTls(List<X509Certificate> authorities) {
        this.authorities = authorities;
    }

    @Override
    public HttpConnection create(URL url) throws IOException {
        return java.create(url);
    }

    @Override
    public HttpConnection create(URL url, @Nullable Proxy proxy) throws IOException {
        return java.create(url, proxy);
    }

    @Override
    public GitSession newSession() {
        return new Session();
    }

    private TrustManager[] trustManagers() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (X509Certificate authority : authorities) {
            store.setCertificateEntry("authority " + store.size(), authority);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private final class Session implements GitSession {
        @Override
        public HttpConnection configure(HttpConnection connection, boolean sslVerify)
                throws IOException, GeneralSecurityException {
            if (connection.getURL().getProtocol().equals("https")) {
                connection.configure(null, trustManagers(), null);
            }
            return connection;
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }
}
