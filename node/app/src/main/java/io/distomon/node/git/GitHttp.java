package io.distomon.node.git;

import io.distomon.core.tls.Authorities;
import io.distomon.node.outgoing.ProxySetting;
import java.io.IOException;
import java.io.InputStream;
import java.net.Proxy;
import java.net.URL;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.TrustManager;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory2;
import org.eclipse.jgit.transport.http.JDKHttpConnection;
import org.jspecify.annotations.Nullable;

/**
 * HTTP and HTTPS by the proxy that the environment names, if any; to servers whose certificate some given authorities made,
 * and to no others, if there are any. All else as Java does it.
 */
final class GitHttp implements HttpConnectionFactory2 {
    private static final String BRANCHES = "/info/refs";
    private static final String CONTENT_ENCODING = "Content-Encoding";
    private static final Set<String> GZIP = Set.of("gzip", "x-gzip");

    private final List<X509Certificate> authorities;
    private final ProxySetting proxies;
    private final Received received;

    /**
     * @param authorities empty: whom Java trusts
     * @param received counts what servers say
     */
    GitHttp(List<X509Certificate> authorities, ProxySetting proxies, Received received) {
        this.authorities = authorities;
        this.proxies = proxies;
        this.received = received;
    }

    @Override
    public HttpConnection create(URL url) throws IOException {
        return create(url, Proxy.NO_PROXY);
    }

    @Override
    public HttpConnection create(URL url, @Nullable Proxy proxy) throws IOException {
        return new Counted(url, proxies.of(url, proxy == null ? Proxy.NO_PROXY : proxy));
    }

    @Override
    public GitSession newSession() {
        return new Session();
    }

    /**
     * A connection of which no more is read than a server may say, uncompressed; and only from one that speaks git's own
     * protocol, since JGit would gather the files of any other one by one, without bounds.
     */
    private final class Counted extends JDKHttpConnection {
        Counted(URL url, Proxy proxy) throws IOException {
            super(url, proxy);
        }

        @Override
        public InputStream getInputStream() throws IOException {
            InputStream in = super.getInputStream();
            if (getURL().getPath().endsWith(BRANCHES)
                    && !"application/x-git-upload-pack-advertisement".equals(getContentType())) {
                in.close();
                throw new IOException("found no git server at this URL, expected one");
            }
            String encoding = super.getHeaderField(CONTENT_ENCODING);
            return received.counted(encoding != null && GZIP.contains(encoding) ? new GZIPInputStream(in) : in);
        }

        @Override
        public @Nullable String getHeaderField(String name) {
            // Or JGit would decompress it once more.
            return name.equalsIgnoreCase(CONTENT_ENCODING) ? null : super.getHeaderField(name);
        }
    }

    private final class Session implements GitSession {
        @Override
        public HttpConnection configure(HttpConnection connection, boolean sslVerify)
                throws IOException, GeneralSecurityException {
            if (!authorities.isEmpty() && connection.getURL().getProtocol().equals("https")) {
                connection.configure(null, new TrustManager[] {Authorities.only(authorities)}, null);
            }
            return connection;
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }
}
