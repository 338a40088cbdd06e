package io.distomon.operator.page;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What may be asked of a network's nodes: {@code GET} of what only reads. Of the caller's own words there is the query, and
 * where in a stream it goes on.
 *
 * @param kind the first part of the path
 * @param namespace of the network's resource
 * @param name of the network's resource
 * @param query as it came; empty for none
 * @param lastEventId where a stream goes on
 */
record Question(String kind, String namespace, String name, String query, Optional<String> lastEventId) {
    static final int MAX_QUERY_CHARS = 1024;

    private static final String INFO = "info";
    private static final String STREAM = "stream";
    private static final Set<String> OF_A_NETWORK =
            Set.of("view", "links", "store", "events", "history", "uptime", STREAM);

    /** Names as Kubernetes has them: nothing that stands for something else, and no other way of writing it. */
    private static final Pattern PATH =
            Pattern.compile("/([a-z]{1,16})/([a-z0-9][-a-z0-9]{0,62})/([a-z0-9][-.a-z0-9]{0,252})");

    private static final Pattern EVENT_ID = Pattern.compile("[0-9a-f-]{1,64}");

    /** For an answer, and for a stream, which ends with the token that it was asked with. */
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private static final Duration LONGEST_STREAM = Duration.ofMinutes(6);

    /** What a request asks; empty when its path is none of such a question. */
    static Optional<Question> of(String path, String query, Optional<String> lastEventId) {
        Matcher matcher = PATH.matcher(path);
        if (!matcher.matches() || !(matcher.group(1).equals(INFO) || OF_A_NETWORK.contains(matcher.group(1)))) {
            return Optional.empty();
        }
        return Optional.of(new Question(
                matcher.group(1),
                matcher.group(2),
                matcher.group(3),
                query,
                lastEventId.filter(id -> EVENT_ID.matcher(id).matches())));
    }

    boolean isStream() {
        return kind.equals(STREAM);
    }

    /** Within this all of the answer must be with whoever asked. */
    Duration longest() {
        return isStream() ? LONGEST_STREAM : LONGEST;
    }

    /** {@code namespace/name}. */
    String network() {
        return namespace + "/" + name;
    }

    /** The same question to a node of the network, which has an id of its own. */
    URI at(URI node, String networkId) {
        String path = kind.equals(INFO) ? "/" + INFO : "/" + kind + "/" + networkId;
        return URI.create(node + path + (query.isEmpty() ? "" : "?" + query));
    }
}
