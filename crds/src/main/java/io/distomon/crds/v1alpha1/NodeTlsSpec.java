package io.distomon.crds.v1alpha1;

import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/**
 * What a node serves https with.
 *
 * @param secretName The Secret in the same namespace with the node's certificate, with tls.crt and tls.key as cert-manager
 *     makes it. It must be for the name of the node's Service, such as lab-fra.monitoring.svc.
 */
public record NodeTlsSpec(
        @Required @Size(min = 1, max = 253) @Pattern(Names.DNS_SUBDOMAIN)
        String secretName) {}
