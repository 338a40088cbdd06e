package io.distomon.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.distomon.crds.ListType;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands in front of managed nodes: an ingress controller, a load balancer, a proxy. A change restarts the nodes that
 * it concerns, one after the other.
 *
 * @param pathPrefix The path below which a proxy has the node and which it does not take off, such as /distomon. What comes
 *     without it, as from the other nodes in the cluster, is answered too. / means none. Absent means the network's, or none.
 * @param trustedProxies The addresses of the proxies, or ranges of them such as 10.0.0.0/8, that are believed when they say
 *     by X-Forwarded-For or Forwarded from whom a request is. Without any, all who come by one proxy count as one, as to
 *     guesses of the password and to how much may be asked. Absent or empty means the network's, or none.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record HttpSpec(
        @Size(min = 1, max = HttpSpec.MAX_PREFIX_CHARS) @Pattern(Names.PATH_PREFIX) @Nullable
        String pathPrefix,

        @Size(max = HttpSpec.MAX_PROXIES) @ListType(ListType.Merge.ATOMIC)
        List<@Size(max = HttpSpec.MAX_RANGE_CHARS) @Pattern(Names.ADDRESS_RANGE) String> trustedProxies) {
    /** As long as a path in use is. */
    public static final int MAX_PREFIX_CHARS = 255;

    /** More than any provider publishes. */
    public static final int MAX_PROXIES = 64;

    /** The longest IPv6 address, and the bits of a range. */
    public static final int MAX_RANGE_CHARS = 49;

    static final HttpSpec NONE = new HttpSpec(null, List.of());

    public HttpSpec {
        trustedProxies = Absent.asEmpty(trustedProxies);
    }
}
