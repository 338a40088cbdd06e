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

/**
 * HTTP and HTTPS by the proxy that the environment names, if any; to servers whose certificate some given authorities made,
 * and to no others, if there are any. All else as Java does it.
 */
final class GitHttp implements HttpConnectionFactory2 {
    private final JDKHttpConnectionFactory java = new JDKHttpConnectionFactory();
    private final List<X509Certificate> authorities;
    private final ProxySetting proxies;

    /**
     * @param authorities empty: whom Java trusts
     */
    GitHttp(List<X509Certificate> authorities, ProxySetting proxies) {
        this.authorities = authorities;
        this.proxies = proxies;
    }

    @Override
    public HttpConnection create(URL url) throws IOException {
        return java.create(url, proxies.of(url, Proxy.NO_PROXY));
    }

    @Override
    public HttpConnection create(URL url, @Nullable Proxy proxy) throws IOException {
        return java.create(url, proxies.of(url, proxy == null ? Proxy.NO_PROXY : proxy));
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
            if (!authorities.isEmpty() && connection.getURL().getProtocol().equals("https")) {
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
