package io.distomon.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What fra says of nyc, and what is new in it. */
class NewsTest {
    private static final PingData ONLINE = new PingData(PingStatus.ONLINE, 1, 2, 3L, null);
    private static final PingData OFFLINE = new PingData(PingStatus.OFFLINE, 1, 2, 4L, "timeout");

    @Test
    void aFirstEntryIsNewInAllThatItSays() {
        NodeData now = said(Map.of("nyc", OFFLINE, "sgp", failing("timeout"), "ams", ONLINE), Map.of("tyo", 7L));

        assertThat(news(null, now)).isEqualTo(new News(Set.of("nyc"), Set.of("sgp"), Set.of("tyo")));
    }

    @Test
    void whoIsNewlyCalledOfflineIsAccused() {
        assertThat(news(ONLINE, OFFLINE).accused()).containsExactly("nyc");
        assertThat(news(PingData.UNKNOWN, OFFLINE).accused()).containsExactly("nyc");
        assertThat(news(failing("timeout"), OFFLINE).accused()).containsExactly("nyc");
    }

    @Test
    void whoIsCalledOfflineSinceAnotherMomentIsAccusedAnew() {
        assertThat(news(OFFLINE, OFFLINE.since(5)).accused()).containsExactly("nyc");
        PingData undated = new PingData(PingStatus.OFFLINE, 1, 2, null, "timeout");
        assertThat(news(undated, OFFLINE).accused()).containsExactly("nyc");
        assertThat(news(undated, undated).isEmpty()).isTrue();
    }

    @Test
    void whatWasSaidBeforeIsNoNews() {
        assertThat(news(OFFLINE, new PingData(PingStatus.OFFLINE, 9, 9, 4L, "connect", 0.5, 1.0))
                        .isEmpty())
                .isTrue();
        assertThat(news(failing("timeout"), failing("connect")).isEmpty()).isTrue();
        assertThat(news(OFFLINE, ONLINE).isEmpty()).isTrue();
        assertThat(news(ONLINE, PingData.UNKNOWN).isEmpty()).isTrue();
        NodeData answering = said(Map.of(), Map.of("tyo", 7L));
        assertThat(news(answering, answering).isEmpty()).isTrue();
        assertThat(news(answering, said(Map.of(), Map.of())).isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"timeout", "connect", "tls", "unauthenticated", "bad_answer"})
    void whoIsOnlineThoughAPollFailedIsToldOf(String failure) {
        assertThat(news(ONLINE, failing(failure))).isEqualTo(new News(Set.of(), Set.of("nyc"), Set.of()));
        assertThat(news(failing("clock"), failing(failure)).toldOf()).containsExactly("nyc");
    }

    @ParameterizedTest
    @ValueSource(strings = {"clock", "replay", "busy", "wrong_network", "refused"})
    void whoIsOnlineAndRefusesIsNotToldOf(String code) {
        assertThat(news(ONLINE, failing(code)).isEmpty()).isTrue();
    }

    @Test
    void whoIsUnknownOrOfflineIsNotToldOfForItsFailures() {
        assertThat(news(ONLINE, OFFLINE).toldOf()).isEmpty();
        assertThat(news(ONLINE, new PingData(PingStatus.UNKNOWN, 0, 0, null, "timeout"))
                        .isEmpty())
                .isTrue();
    }

    @Test
    void anAnswerToAnotherAccusationIsNew() {
        NodeData before = said(Map.of(), Map.of("tyo", 7L, "sgp", 8L));

        assertThat(news(before, said(Map.of(), Map.of("tyo", 9L, "sgp", 8L, "ams", 1L))))
                .isEqualTo(new News(Set.of(), Set.of(), Set.of("tyo", "ams")));
    }

    @Test
    void eachOfTheThreeKindsOfNewsIsNews() {
        assertThat(new News(Set.of("nyc"), Set.of(), Set.of()).isEmpty()).isFalse();
        assertThat(new News(Set.of(), Set.of("nyc"), Set.of()).isEmpty()).isFalse();
        assertThat(new News(Set.of(), Set.of(), Set.of("nyc")).isEmpty()).isFalse();
    }

    private static PingData failing(String error) {
        return new PingData(PingStatus.ONLINE, 1, 2, 3L, error);
    }

    private static News news(PingData before, PingData now) {
        return news(said(Map.of("nyc", before), Map.of()), said(Map.of("nyc", now), Map.of()));
    }

    private static News news(@Nullable NodeData before, NodeData now) {
        return News.of(new Advance(before == null ? null : entry(before), entry(now)));
    }

    private static SignedNodeData entry(NodeData data) {
        return new SignedNodeData(new RawEntry("", "", data.nodeId()), data);
    }

    private static NodeData said(Map<String, PingData> pings, Map<String, Long> answers) {
        return new NodeData(1, pings, "fra", "1", "lab", 10, null, null, false).answering(answers);
    }
}
