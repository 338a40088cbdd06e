package io.distomon.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * Whether the nodes that run here serve https, and whose certificates are trusted. Without it messages are signed, and not
 * secret on the way.
 *
 * @param secretName The Secret in the same namespace with the certificate of all managed nodes and sidecars that name none
 *     of their own, with tls.crt and tls.key as cert-manager makes it. It must be for the names of their Services, such as
 *     lab-fra.monitoring.svc, or *.monitoring.svc. A renewed one is served without a restart. Absent means http.
 * @param caCertificates Certificates of authorities as PEM, one after the other. The nodes and the operator trust
 *     certificates that were made by one of them, besides those that every Java trusts. A change restarts nothing.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record TlsSpec(
        @Size(min = 1, max = 253) @Pattern(Names.DNS_SUBDOMAIN) @Nullable
        String secretName,

        @Size(max = TlsSpec.MAX_CA_CHARS) @Pattern(Names.CERTIFICATES_PEM) @Nullable
        String caCertificates) {
    /** A few dozen authorities. */
    public static final int MAX_CA_CHARS = 65_536;

    static final TlsSpec NONE = new TlsSpec(null, null);
}
