package io.distomon.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.distomon.operator.page.PageSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SettingsTest {
    @Test
    void onlyTheImageOfTheNodesMustBeSaid() throws Exception {
        assertThat(Settings.of(Map.of("DISTOMON_NODE_IMAGE", "distomon-node:1")))
                .isEqualTo(new Settings(
                        Set.of(), "distomon-node:1", Duration.ofSeconds(5), Duration.ofSeconds(300), 8080));
    }

    @Test
    void everythingCanBeSaid() throws Exception {
        assertThat(Settings.of(Map.of(
                        "DISTOMON_NODE_IMAGE", "distomon-node:1",
                        "WATCH_NAMESPACES", "one, two,",
                        "MIRROR_INTERVAL_SECONDS", "30",
                        "HEALTH_PORT", "0")))
                .isEqualTo(new Settings(
                        Set.of("one", "two"), "distomon-node:1", Duration.ofSeconds(30), Duration.ofSeconds(300), 0));
    }

    @Test
    void thereIsAPageOnlyWhereItsPortAndItsPasswordAreSaid() throws Exception {
        Map<String, String> image = Map.of("DISTOMON_NODE_IMAGE", "distomon-node:1");
        assertThat(Settings.of(image).page()).isEmpty();
        assertThat(Settings.of(with(image, "PAGE_PORT", "8000", "PAGE_PASSWORD_FILE", "/page-login/password"))
                        .page())
                .contains(new PageSettings(8000, Path.of("/page-login/password")));
        assertThatThrownBy(() -> Settings.of(with(image, "PAGE_PORT", "8080")))
                .hasMessage(
                        "PAGE_PASSWORD_FILE: found nothing, expected the file with the password of the page's login,"
                                + " as PAGE_PORT asks for a page; PAGE_PORT: found 8080, expected another port than"
                                + " HEALTH_PORT");
    }

    private static Map<String, String> with(Map<String, String> environment, String... more) {
        Map<String, String> all = new HashMap<>(environment);
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        return all;
    }

    @Test
    void allMistakesAreToldAtOnce() {
        assertThatThrownBy(() -> Settings.of(Map.of(
                        "WATCH_NAMESPACES", "One",
                        "MIRROR_INTERVAL_SECONDS", "0",
                        "HEALTH_PORT", "http")))
                .isInstanceOf(Settings.InvalidException.class)
                .hasMessage("WATCH_NAMESPACES: found \"One\", expected names of namespaces, by commas;"
                        + " DISTOMON_NODE_IMAGE: found nothing, expected the image that nodes run;"
                        + " MIRROR_INTERVAL_SECONDS: found \"0\", expected a whole number from 1 to 300;"
                        + " HEALTH_PORT: found \"http\", expected a whole number from 0 to 65535");
    }
}
