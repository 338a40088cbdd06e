package io.distomon.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * The Gateway that a route belongs to.
 *
 * @param name Its name.
 * @param namespace Where it is; absent means the network's namespace. A Gateway in another one must allow routes from here.
 * @param sectionName Which of its listeners; absent means all of them.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record GatewayRef(
        @Required @Size(min = 1, max = 253) @Pattern(Names.DNS_SUBDOMAIN)
        String name,

        @Size(min = 1, max = 63) @Pattern(Names.DNS_LABEL) @Nullable
        String namespace,

        @Size(min = 1, max = 253) @Pattern(Names.DNS_SUBDOMAIN) @Nullable
        String sectionName) {}
