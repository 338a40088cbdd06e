package io.distomon.e2e.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** {@code kubectl get distomonnetworks --watch}: every word of every condition, from now on, none left out. */
final class ConditionsWatch implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final Set<String> said = new TreeSet<>();
    private @Nullable String end;

    private ConditionsWatch(Process process) {
        this.process = process;
        Thread.ofVirtual().start(this::read);
    }

    static ConditionsWatch start(Kubectl kubectl) {
        try {
            return new ConditionsWatch(
                    new ProcessBuilder(kubectl.command("get", "distomonnetworks", "--watch", "-o", "json")
                                    .words())
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was said until now, as in {@code Ready=True (Ready: …)}; each once. An error when somebody stopped listening. */
    synchronized Set<String> said() {
        if (end != null) {
            throw new AssertionError("the watch has ended: " + end);
        }
        return new TreeSet<>(said);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private void read() {
        try (MappingIterator<JsonNode> networks = JSON.readerFor(JsonNode.class).readValues(process.getInputStream())) {
            while (networks.hasNextValue()) {
                networks.nextValue().at("/status/conditions").forEach(this::heard);
            }
            ended("kubectl did");
        } catch (IOException e) {
            ended(String.valueOf(e.getMessage()));
        }
    }

    private void heard(JsonNode condition) {
        heard("%s=%s (%s: %s)"
                .formatted(
                        condition.path("type").asText(),
                        condition.path("status").asText(),
                        condition.path("reason").asText(),
                        condition.path("message").asText()));
    }

    private synchronized void ended(String why) {
        end = why;
    }

    private synchronized void heard(String word) {
        said.add(word);
    }
}
