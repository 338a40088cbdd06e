package io.distomon.e2e.demo.network;

import com.fasterxml.jackson.databind.JsonNode;
import io.distomon.e2e.demo.node.NodeProbe;
import io.distomon.e2e.demo.node.NodeProcess;
import io.distomon.operator.mirror.TokenSigner;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Asks processes what a kubelet's probes would, which config they run with, and why their polls fail: all at once. */
final class Probing implements AutoCloseable {
    private final NodeProbe probe = new NodeProbe();

    /**
     * What one process answered.
     *
     * @param failures why its polls of others fail, by their ids
     */
    record Answer(
            DemoNode node, NodeProcess process, boolean ready, String configDigest, Map<String, String> failures) {}

    /** A process that may answer. */
    record Asked(DemoNode node, NodeProcess process) {}

    /**
     * Asks them; returns when every one has answered or had its time.
     *
     * @param answers takes each answer, on a thread of its own
     */
    void ask(List<Asked> all, String networkId, TokenSigner tokens, Consumer<Answer> answers)
            throws InterruptedException {
        List<Thread> threads = all.stream()
                .map(one -> Thread.ofVirtual().start(() -> {
                    try {
                        boolean ready = probe.isReady(one.process());
                        String digest = ready ? probe.configDigest(one.process(), tokens) : "";
                        Map<String, String> failures =
                                ready ? probe.failures(one.process(), networkId, tokens) : Map.of();
                        answers.accept(new Answer(one.node(), one.process(), ready, digest, failures));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** What one process answers on a path of its API; empty when it does not. */
    Optional<JsonNode> ask(NodeProcess process, String path, TokenSigner tokens) throws InterruptedException {
        return probe.ask(process, path, tokens);
    }

    @Override
    public void close() {
        probe.close();
    }
}
