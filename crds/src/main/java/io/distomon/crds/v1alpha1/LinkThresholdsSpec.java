package io.distomon.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.distomon.crds.ListType;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How slow and lossy some links may be.
 *
 * @param from The id of the node that polls. Absent means whoever does.
 * @param to The id of the node that is polled. Absent means whoever is.
 * @param roundTripMs What 95 of 100 round trips may take, in milliseconds, 0.1 to 5000. Absent means that this says nothing of it.
 * @param lossPercent How many of 100 polls may get no answer, 0.1 to 99. Absent means that this says nothing of it.
 * @param jitterMs By how much round trips may differ from one to the next on average, in milliseconds, 0.1 to 5000. Absent means
 *     that this says nothing of it.
 * @param baseline Whether round trips may not be longer, nor differ more, and no more polls get no answer than is usual of the
 *     link, either. Absent means that this says nothing of it.
 * @param unlimited Of what these links have no limit, whatever is said of others: off in config.yml.
 */
@ValidationRule(
        value = "has(self.from) || has(self.to)",
        message = LinkThresholdsSpec.OF_ALL,
        reason = "FieldValueRequired",
        fieldPath = ".from")
@ValidationRule(
        value = "!has(self.from) || !has(self.to) || self.from != self.to",
        message = LinkThresholdsSpec.TO_ITSELF,
        fieldPath = ".to")
@ValidationRule(
        value = "has(self.roundTripMs) || has(self.lossPercent) || has(self.jitterMs) || has(self.baseline)"
                + " || (has(self.unlimited) && size(self.unlimited) > 0)",
        message = LinkThresholdsSpec.NO_LIMIT,
        reason = "FieldValueRequired",
        fieldPath = ".roundTripMs")
@ValidationRule(
        value = "!has(self.unlimited) || !((has(self.roundTripMs) && 'RoundTrip' in self.unlimited)"
                + " || (has(self.lossPercent) && 'Loss' in self.unlimited)"
                + " || (has(self.jitterMs) && 'Jitter' in self.unlimited))",
        message = LinkThresholdsSpec.BOTH,
        fieldPath = ".unlimited")
@ValidationRule(
        value = "!has(self.roundTripMs) || self.roundTripMs >= 0.1",
        message = ThresholdsSpec.MS_RULE,
        fieldPath = ".roundTripMs")
@ValidationRule(
        value = "!has(self.lossPercent) || self.lossPercent >= 0.1",
        message = ThresholdsSpec.PERCENT_RULE,
        fieldPath = ".lossPercent")
@ValidationRule(
        value = "!has(self.jitterMs) || self.jitterMs >= 0.1",
        message = ThresholdsSpec.MS_RULE,
        fieldPath = ".jitterMs")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record LinkThresholdsSpec(
        @Size(max = 63) @Pattern(Names.IDENTIFIER) @Nullable String from,
        @Size(max = 63) @Pattern(Names.IDENTIFIER) @Nullable String to,

        @Min(ThresholdsSpec.MIN) @Max(ThresholdsSpec.MAX_MS) @Nullable
        Double roundTripMs,

        @Min(ThresholdsSpec.MIN) @Max(ThresholdsSpec.MAX_PERCENT) @Nullable
        Double lossPercent,

        @Min(ThresholdsSpec.MIN) @Max(ThresholdsSpec.MAX_MS) @Nullable
        Double jitterMs,

        @Nullable Boolean baseline,

        @Size(max = LinkThresholdsSpec.MAX_UNLIMITED) @ListType(ListType.Merge.ATOMIC)
        List<@Nullable LinkLimit> unlimited) {
    /** Each once. */
    public static final int MAX_UNLIMITED = 3;

    /** What is wrong with what says of no links that it is of them. */
    public static final String OF_ALL =
            "found neither from nor to, expected from, to or both; what is of all links stands beside links";

    /** What is wrong with a link of a node to itself. */
    public static final String TO_ITSELF = "found the node that polls, expected another node";

    /** What is wrong with a link of which nothing is said. */
    public static final String NO_LIMIT =
            "found no limit, expected roundTripMs, lossPercent, jitterMs, baseline or unlimited";

    /** What is wrong with a limit that is none. */
    public static final String BOTH = "found what has a limit here, expected a limit or none";

    public LinkThresholdsSpec {
        // A value that this version does not know reads as null.
        unlimited = unlimited == null ? List.of() : Collections.unmodifiableList(new ArrayList<>(unlimited));
    }
}
