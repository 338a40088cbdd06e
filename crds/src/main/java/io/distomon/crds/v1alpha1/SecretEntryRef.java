package io.distomon.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a Secret of yours in the namespace of the resource. It is read, and never written, deleted or owned.
 *
 * @param name The Secret's name.
 * @param key The entry in it. Absent means password for the login, secret for the tokens and for what alerts are signed with,
 *     url for where they are told, and for a node's private key the name that its file has by hand, such as fra_lab.key of
 *     node fra in network lab.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record SecretEntryRef(
        @Required @Size(min = 1, max = 253) @Pattern(Names.DNS_SUBDOMAIN)
        String name,

        @Size(min = 1, max = 253) @Pattern(Names.SECRET_ENTRY) @Nullable
        String key) {}
