package io.distomon.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.distomon.crds.ListType;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A time in which nobody is told of some alerts. What fires when it ends is told then.
 *
 * @param nodes The ids of the nodes that it is of; absent or empty means all that may be said of the network. At
 *     most 256 in all silences.
 * @param from Since when, such as 2026-12-01T22:00:00Z (RFC 3339); absent means since ever. To come: a maintenance window.
 * @param until Until when, likewise; after from.
 * @param reason Why, for those who read the nodes' log: at most 200 characters, and at most
 *     16384 bytes of UTF-8 in all silences.
 */
@ValidationRule(
        value = "!has(self.from) || timestamp(self.from) < timestamp(self.until)",
        message = AlertSilenceSpec.ENDS_TOO_EARLY,
        fieldPath = ".until")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record AlertSilenceSpec(
        @Size(max = AlertSilenceSpec.MAX_NODES) @ListType(ListType.Merge.ATOMIC)
        List<@Size(max = 63) @Pattern(Names.IDENTIFIER) String> nodes,

        @Size(max = AlertSilenceSpec.MAX_MOMENT_CHARS) @Pattern(Names.MOMENT) @Nullable
        String from,

        @Required @Size(max = AlertSilenceSpec.MAX_MOMENT_CHARS) @Pattern(Names.MOMENT)
        String until,

        @Size(max = AlertSilenceSpec.MAX_REASON_CHARS) @Pattern(Names.ONE_LINE) @Nullable
        String reason) {
    /** Each sender has them in its file: more would not fit into the Secret of all files. So it is in all silences too. */
    public static final int MAX_NODES = 256;

    /** Of all silences, in UTF-8: each sender has them in its file, where one byte takes two at most, or an emoji ten for four. */
    public static final int MAX_REASONS_BYTES = 16_384;

    /** With nine digits of a second, and an offset. */
    public static final int MAX_MOMENT_CHARS = 35;

    /** As long as the nodes take one. */
    public static final int MAX_REASON_CHARS = 200;

    /** What is wrong with a silence that never is. */
    public static final String ENDS_TOO_EARLY = "until is not after from";

    public AlertSilenceSpec {
        nodes = Absent.asEmpty(nodes);
    }
}
