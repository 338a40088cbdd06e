package io.distomon.e2e.api;

import io.distomon.operator.RunningOperator;
import io.distomon.operator.Settings;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * An operator in a process of its own, with the JVM's flags of its image, whose nodes are played by {@link PlayedNodes}: what
 * it costs can be told from what its tests cost.
 */
final class OperatorProcess implements AutoCloseable {
    /** The memory that the chart limits it to. */
    private static final int LIMIT_MIB = 384;

    private static final Pattern OPTION = Pattern.compile("<arg>(-XX:[^<]+)</arg>");
    private static final Pattern HEAP = Pattern.compile("-XX:MaxRAMPercentage=(\\d+)");

    private final Process process;

    private OperatorProcess(Process process) {
        this.process = process;
    }

    /**
     * What it runs.
     *
     * @param arguments the kubeconfig, whom to act as, the namespace, and where the nodes are played
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Config cluster = new ConfigBuilder(Config.fromKubeconfig(new File(arguments[0])))
                .withImpersonateUsername(arguments[1])
                .build();
        URI nodes = URI.create(arguments[3]);
        try (RunningOperator operator = RunningOperator.start(
                Settings.of(Map.of(
                        "WATCH_NAMESPACES",
                        arguments[2],
                        "DISTOMON_NODE_IMAGE",
                        "distomon-node:test",
                        "HEALTH_PORT",
                        "0")),
                cluster,
                network -> PlayedNodes.addresses(nodes, network))) {
            System.out.println("health on port " + operator.healthPort());
            System.in.transferTo(OutputStream.nullOutputStream()); // ends with whoever started it
        } catch (Settings.InvalidException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static OperatorProcess start(Path kubeconfig, String actingAs, String namespace, URI nodes, Path log)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options());
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                OperatorProcess.class.getName(),
                kubeconfig.toString(),
                actingAs,
                namespace,
                nodes.toString()));
        return new OperatorProcess(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start());
    }

    /** As the image has them, with the heap that it gets within the chart's limit. */
    private static List<String> options() throws IOException {
        return OPTION.matcher(Files.readString(Path.of("..", "pom.xml")))
                .results()
                .map(option -> HEAP.matcher(option.group(1))
                        .replaceAll(heap -> "-Xmx" + LIMIT_MIB * Integer.parseInt(heap.group(1)) / 100 + "m"))
                .toList();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** What it has used of a core until now. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    int threads() throws IOException {
        return number("Threads");
    }

    /** In MiB. */
    int residentMemory() throws IOException {
        return number("VmRSS") / 1024;
    }

    private int number(String field) throws IOException {
        return Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status")).stream()
                .filter(line -> line.startsWith(field + ":"))
                .map(line -> Integer.parseInt(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
