package io.distomon.node.proxies;

import io.distomon.core.config.AddressRange;
import io.distomon.node.config.SettingException;
import io.micronaut.context.annotation.ConfigurationProperties;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What stands in front of a node.
 *
 * @param pathPrefix below which path of the proxies' the node is, such as {@code /distomon}; empty: it is at the root
 * @param trustedProxies whose word on where a request comes from counts, each {@value AddressRange#RULE}; empty: nobody's
 */
@ConfigurationProperties("distomon")
record ProxyProperties(
        @Nullable String pathPrefix, @Nullable List<String> trustedProxies) {
    private static final Pattern PREFIX = Pattern.compile("(/[A-Za-z0-9._~-]+)+");

    ProxyProperties {
        String prefix = pathPrefix == null ? "" : pathPrefix.strip().replaceFirst("/+$", "");
        if (!prefix.isEmpty() && !PREFIX.matcher(prefix).matches()) {
            throw new SettingException(
                    "distomon.path-prefix: found \"%s\", expected a path such as /distomon, of letters, digits and ._~-"
                            .formatted(prefix));
        }
        pathPrefix = prefix;
        trustedProxies = trustedProxies == null
                ? List.of()
                : trustedProxies.stream()
                        .map(String::strip)
                        .filter(text -> !text.isEmpty())
                        .toList();
    }

    /** The prefix without a slash at its end. */
    String prefix() {
        return pathPrefix == null ? "" : pathPrefix;
    }

    List<AddressRange> trusted() {
        List<AddressRange> ranges = new ArrayList<>();
        for (String text : trustedProxies == null ? List.<String>of() : trustedProxies) {
            try {
                ranges.add(AddressRange.parse(text));
            } catch (IllegalArgumentException e) {
                throw new SettingException(
                        "distomon.trusted-proxies: found \"%s\", expected %s".formatted(text, AddressRange.RULE), e);
            }
        }
        return List.copyOf(ranges);
    }
}
