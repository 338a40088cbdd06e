package io.distomon.crds.v1alpha1;

import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/**
 * A Secret in the namespace of the resource.
 *
 * @param name The Secret's name.
 */
public record SecretName(
        @Required @Size(min = 1, max = 253) @Pattern(Names.DNS_SUBDOMAIN)
        String name) {}
