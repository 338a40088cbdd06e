package io.distomon.node.tls;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.io.ResourceResolver;
import io.micronaut.http.server.HttpServerConfiguration;
import io.micronaut.http.server.netty.ssl.CertificateProvidedSslBuilder;
import io.micronaut.http.server.netty.ssl.ServerSslBuilder;
import io.micronaut.http.ssl.ServerSslConfiguration;
import jakarta.inject.Singleton;

/** Has the API served by https alone when there is a certificate for it. How is in {@code micronaut.server.ssl}. */
@Factory
final class HttpsServer {
    @Singleton
    @Requires(property = TlsProperties.DIRECTORY, pattern = ".*\\S.*")
    ServerSslBuilder builder(HttpServerConfiguration server, ServerSslConfiguration ssl, ResourceResolver resources) {
        ssl.setEnabled(true);
        return new CertificateProvidedSslBuilder(server, ssl, resources);
    }
}
