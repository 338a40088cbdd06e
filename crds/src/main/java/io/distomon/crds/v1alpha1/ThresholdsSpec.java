package io.distomon.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.distomon.crds.ListType;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How slow and lossy links may be, for those who poll to judge theirs: thresholds of the nodes' config.yml. A change restarts
 * nothing. A node of a version without it judges none of its links.
 *
 * @param roundTripMs What 95 of 100 round trips may take, in milliseconds, 0.1 to 5000. Absent means that there is no limit.
 * @param lossPercent How many of 100 polls may get no answer, 0.1 to 99. Absent means that there is no limit.
 * @param jitterMs By how much round trips may differ from one to the next on average, in milliseconds, 0.1 to 5000. Absent means
 *     that there is no limit.
 * @param baseline Whether round trips may not be longer, nor differ more, and no more polls get no answer than is usual of the
 *     link, either. Absent means that they may.
 * @param links What is said of some links, before that; of each limit the first counts that fits the link and says something of
 *     it.
 */
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
public record ThresholdsSpec(
        @Min(ThresholdsSpec.MIN) @Max(ThresholdsSpec.MAX_MS) @Nullable
        Double roundTripMs,

        @Min(ThresholdsSpec.MIN) @Max(ThresholdsSpec.MAX_PERCENT) @Nullable
        Double lossPercent,

        @Min(ThresholdsSpec.MIN) @Max(ThresholdsSpec.MAX_MS) @Nullable
        Double jitterMs,

        @Nullable Boolean baseline,

        @Size(max = ThresholdsSpec.MAX_LINKS) @ListType(ListType.Merge.ATOMIC)
        List<LinkThresholdsSpec> links) {
    /** As little as the nodes take, of milliseconds and of polls in a hundred. */
    public static final double MIN = 0.1;

    /** As long as the nodes take: no poll takes longer. */
    public static final double MAX_MS = 5000;

    /** As many as the nodes take. */
    public static final double MAX_PERCENT = 99;

    /** What is expected of milliseconds, in words; a rule says it besides the schema, whose minimum of 0.1 lets 0 pass. */
    static final String MS_RULE = "expected a number from 0.1 to 5000";

    /** What is expected of polls in a hundred, in words. */
    static final String PERCENT_RULE = "expected a number from 0.1 to 99";

    /** As many as the nodes take. */
    public static final int MAX_LINKS = 1000;

    public ThresholdsSpec {
        links = Absent.asEmpty(links);
    }
}
