package io.distomon.operator;

import io.distomon.operator.page.PageSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What the operator is told by its environment.
 *
 * @param namespaces which namespaces to watch; empty for all
 * @param nodeImage the image of nodes whose network names none
 * @param mirrorInterval from one look at a network's nodes to the next
 * @param rolloutPatience how long a node that does not come back keeps the others from being restarted
 * @param healthPort where {@code /healthz}, {@code /readyz} and {@code /metrics} answer; 0 for any free one
 * @param page where the page is; empty for none
 */
public record Settings(
        Set<String> namespaces,
        String nodeImage,
        Duration mirrorInterval,
        Duration rolloutPatience,
        int healthPort,
        Optional<PageSettings> page) {
    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final int MAX_MIRROR_SECONDS = 300;
    private static final int MAX_PATIENCE_SECONDS = 86_400;

    public Settings {
        namespaces = Set.copyOf(namespaces);
    }

    /** Without a page. */
    public Settings(
            Set<String> namespaces,
            String nodeImage,
            Duration mirrorInterval,
            Duration rolloutPatience,
            int healthPort) {
        this(namespaces, nodeImage, mirrorInterval, rolloutPatience, healthPort, Optional.empty());
    }

    /** What is wrong with the environment, all of it. */
    public static final class InvalidException extends Exception {
        private static final long serialVersionUID = 1;

        InvalidException(List<String> mistakes) {
            super(String.join("; ", mistakes));
        }
    }

    /**
     * Reads WATCH_NAMESPACES (separated by commas; absent or empty: all), DISTOMON_NODE_IMAGE (required),
     * MIRROR_INTERVAL_SECONDS (default 5), ROLLOUT_PATIENCE_SECONDS (default 300), HEALTH_PORT (default 8080), and for the page
     * PAGE_PORT and PAGE_PASSWORD_FILE (absent or empty: there is none).
     */
    public static Settings of(Map<String, String> environment) throws InvalidException {
        List<String> mistakes = new ArrayList<>();
        Set<String> namespaces = new TreeSet<>();
        Arrays.stream(environment.getOrDefault("WATCH_NAMESPACES", "").split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .forEach(namespaces::add);
        for (String name : namespaces) {
            if (!NAMESPACE.matcher(name).matches()) {
                mistakes.add("WATCH_NAMESPACES: found \"" + name + "\", expected names of namespaces, by commas");
            }
        }
        String image = environment.getOrDefault("DISTOMON_NODE_IMAGE", "").strip();
        if (image.isEmpty()) {
            mistakes.add("DISTOMON_NODE_IMAGE: found nothing, expected the image that nodes run");
        }
        int mirrorSeconds = number(environment, "MIRROR_INTERVAL_SECONDS", 5, 1, MAX_MIRROR_SECONDS, mistakes);
        int patienceSeconds = number(environment, "ROLLOUT_PATIENCE_SECONDS", 300, 1, MAX_PATIENCE_SECONDS, mistakes);
        int healthPort = number(environment, "HEALTH_PORT", 8080, 0, 65_535, mistakes);
        Optional<PageSettings> page = page(environment, healthPort, mistakes);
        if (!mistakes.isEmpty()) {
            throw new InvalidException(mistakes);
        }
        return new Settings(
                namespaces,
                image,
                Duration.ofSeconds(mirrorSeconds),
                Duration.ofSeconds(patienceSeconds),
                healthPort,
                page);
    }

    private static Optional<PageSettings> page(Map<String, String> environment, int healthPort, List<String> mistakes) {
        String file = environment.getOrDefault("PAGE_PASSWORD_FILE", "").strip();
        if (environment.getOrDefault("PAGE_PORT", "").isBlank() && file.isEmpty()) {
            return Optional.empty();
        }
        int port = number(environment, "PAGE_PORT", 0, 0, 65_535, mistakes);
        if (file.isEmpty()) {
            mistakes.add(
                    "PAGE_PASSWORD_FILE: found nothing, expected the file with the password of the page's login, as"
                            + " PAGE_PORT asks for a page");
        }
        if (port != 0 && port == healthPort) {
            mistakes.add("PAGE_PORT: found %s, expected another port than HEALTH_PORT".formatted(port));
        }
        return Optional.of(new PageSettings(port, Path.of(file)));
    }

    private static int number(
            Map<String, String> environment, String name, int absent, int min, int max, List<String> mistakes) {
        String text = environment.getOrDefault(name, "").strip();
        if (text.isEmpty()) {
            return absent;
        }
        if (text.matches("[0-9]{1,9}")) {
            int number = Integer.parseInt(text);
            if (number >= min && number <= max) {
                return number;
            }
        }
        mistakes.add("%s: found \"%s\", expected a whole number from %s to %s".formatted(name, text, min, max));
        return absent;
    }
}
