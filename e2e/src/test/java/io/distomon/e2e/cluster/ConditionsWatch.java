package io.distomon.e2e.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;

/** {@code kubectl get distomonnetworks --watch}: every word of every condition, from now on, none left out. */
final class ConditionsWatch implements AutoCloseable {
    private static final String EACH =
            "{range .status.conditions[*]}{.type}={.status} ({.reason}: {.message});{end}{'\\n'}";

    private final Process process;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private ConditionsWatch(Process process) {
        this.process = process;
        Thread.ofVirtual().start(this::read);
    }

    static ConditionsWatch start(Kubectl kubectl) {
        try {
            return new ConditionsWatch(
                    new ProcessBuilder(kubectl.command("get", "distomonnetworks", "--watch", "-o", "jsonpath=" + EACH)
                                    .words())
                            .redirectErrorStream(true)
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was said until now, as in {@code Ready=True (Ready: …)}; each once. */
    Set<String> said() {
        Set<String> said = new TreeSet<>();
        lines.forEach(line -> said.addAll(List.of(line.split(";"))));
        return said;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private void read() {
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        try {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add("the watch has ended: " + e.getMessage());
        }
    }
}
