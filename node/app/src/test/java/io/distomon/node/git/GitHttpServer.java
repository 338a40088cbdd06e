package io.distomon.node.git;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jgit.errors.RepositoryNotFoundException;
import org.eclipse.jgit.http.server.GitServlet;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.jspecify.annotations.Nullable;

/**
 * JGit's own HTTP server with one repository, {@code /lab.git}, on a free loopback port; with a password, and by HTTPS, if
 * told so.
 */
public final class GitHttpServer implements AutoCloseable {
    private final Server server = new Server();
    private final ServerConnector connector;
    private final String scheme;
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private volatile @Nullable String redirectTo;

    public GitHttpServer(Upstream upstream, @Nullable String username, @Nullable String password) throws Exception {
        this(upstream, username, password, null);
    }

    GitHttpServer(
            Upstream upstream,
            @Nullable String username,
            @Nullable String password,
            @Nullable ServerCertificate certificate)
            throws Exception {
        scheme = certificate == null ? "http" : "https";
        connector = certificate == null ? new ServerConnector(server) : new ServerConnector(server, tls(certificate));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        GitServlet git = new GitServlet();
        git.setRepositoryResolver((request, name) -> {
            try {
                return new FileRepositoryBuilder()
                        .setGitDir(upstream.gitDirectory().toFile())
                        .setMustExist(true)
                        .build();
            } catch (IOException e) {
                throw new RepositoryNotFoundException(name, e);
            }
        });
        ServletContextHandler context = new ServletContextHandler("/");
        context.addServlet(new ServletHolder(git), "/*");
        String expected = password == null
                ? null
                : "Basic "
                        + Base64.getEncoder()
                                .encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
        context.addFilter(new FilterHolder(new Gate(expected)), "/*", EnumSet.of(DispatcherType.REQUEST));
        server.setHandler(context);
        server.start();
    }

    public String url() {
        return "%s://127.0.0.1:%d/lab.git".formatted(scheme, connector.getLocalPort());
    }

    private static SslContextFactory.Server tls(ServerCertificate certificate) {
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setKeyStorePath(certificate.keyStore().toString());
        tls.setKeyStorePassword(ServerCertificate.PASSWORD);
        return tls;
    }

    /** From now on every request is sent elsewhere. */
    void redirectTo(String base) {
        redirectTo = base;
    }

    /** The Authorization headers that came, in order; requests without one are left out. */
    List<String> authorizations() {
        return List.copyOf(authorizations);
    }

    @Override
    public void close() {
        LifeCycle.stop(server);
    }

    private final class Gate extends HttpFilter {
        private static final long serialVersionUID = 1;

        private final @Nullable String expected;

        Gate(@Nullable String expected) {
            this.expected = expected;
        }

        @Override
        protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            String authorization = request.getHeader("Authorization");
            if (authorization != null) {
                authorizations.add(authorization);
            }
            String elsewhere = redirectTo;
            if (elsewhere != null) {
                response.setStatus(HttpServletResponse.SC_FOUND);
                response.setHeader(
                        "Location",
                        elsewhere + request.getPathInfo().substring("/lab.git".length()) + "?"
                                + request.getQueryString());
            } else if (expected != null && !expected.equals(authorization)) {
                response.setHeader("WWW-Authenticate", "Basic realm=\"lab\"");
                response.sendError(HttpServletResponse.SC_UNAUTHORIZED);
            } else {
                chain.doFilter(request, response);
            }
        }
    }
}
