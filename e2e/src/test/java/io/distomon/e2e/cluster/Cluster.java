package io.distomon.e2e.cluster;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The cluster of {@code e2e/cluster}, or the one that {@code DISTOMON_E2E_CONTEXT} names, with the operator of this
 * build installed.
 */
final class Cluster {
    private static final String OPERATOR_NAMESPACE = "distomon-system";

    /** A first time compiles Kubernetes. */
    private static final Duration FIRST_TIME = Duration.ofMinutes(40);

    private final boolean wasUp;
    private final String namespace;

    private Cluster(boolean wasUp, String namespace) {
        this.wasUp = wasUp;
        this.namespace = namespace;
    }

    /**
     * Brings it up with the images that this build made; what was brought up halfway is ended.
     *
     * @param namespace made anew for a test, and empty
     */
    static Cluster up(String namespace) {
        boolean wasUp = Command.script("cluster", "status").run().exitCode() == 0;
        try {
            Command.script("up", "--prebuilt", "--no-sample").taking(FIRST_TIME).output();
            removeNamespace(namespace);
            new Kubectl(namespace).output("create", "namespace", namespace);
            return new Cluster(wasUp, namespace);
        } catch (RuntimeException e) {
            leave(wasUp);
            throw e;
        }
    }

    /** Installs the operator anew, for these namespaces alone; for none given: for all. */
    static void watch(String... namespaces) {
        String names = Arrays.stream(namespaces).map(name -> '"' + name + '"').collect(Collectors.joining(","));
        upgrade("--set-json=watchNamespaces=[" + names + "]");
    }

    /** Installs the operator anew, so that a rollout waits so long for a node that does not come up. */
    static void patience(int seconds) {
        upgrade("--set=rolloutPatienceSeconds=" + seconds);
    }

    private static void upgrade(String setting) {
        Command.script(
                        "cluster",
                        "helm",
                        "upgrade",
                        "distomon",
                        Path.of("..", "charts", "distomon").toAbsolutePath().toString(),
                        "--namespace=" + OPERATOR_NAMESPACE,
                        "--reuse-values",
                        setting,
                        "--wait",
                        "--timeout=180s")
                .taking(Duration.ofMinutes(4))
                .output();
    }

    /** Gives the cluster another image of the node that this build made, and says its name. */
    static String anotherNodeImage() {
        return Command.script(
                        "cluster",
                        "load",
                        "--label",
                        "example.com/v=2",
                        Path.of("..", "node", "app", "target", "distomon-node-image.tar")
                                .toString())
                .taking(Duration.ofMinutes(2))
                .output()
                .strip();
    }

    private static void removeNamespace(String namespace) {
        new Kubectl(namespace)
                .command("delete", "namespace", namespace, "--ignore-not-found")
                .taking(Duration.ofMinutes(2))
                .output();
    }

    /** Whether containers can be stopped from outside: not in a cluster that is only known by its API. */
    static boolean canHurtContainers() {
        String context = System.getenv("DISTOMON_E2E_CONTEXT");
        return context == null || context.isEmpty();
    }

    /** Stops every process of the pod's container, which keeps its sockets. */
    static void freeze(String namespace, String pod) {
        hurt("freeze", namespace, pod);
    }

    static void thaw(String namespace, String pod) {
        hurt("thaw", namespace, pod);
    }

    /** Ends one of the pod's containers at once. */
    static void kill(String namespace, String pod, String container) {
        Command.script("cluster", "kill", namespace, pod, container).output();
    }

    /** Cuts the pod off from the other pods, both ways; the kubelet still reaches it. */
    static void cut(String namespace, String pod) {
        hurt("cut", namespace, pod);
    }

    static void mend(String namespace, String pod) {
        hurt("mend", namespace, pod);
    }

    private static void hurt(String how, String namespace, String pod) {
        Command.script("cluster", how, namespace, pod).output();
    }

    /** What an operator's author wants to see when a test of this namespace failed. */
    static String diagnosis(String namespace) {
        Kubectl there = new Kubectl(namespace);
        return String.join(
                "\n",
                "---- networks",
                said(there, "describe", "distomonnetworks"),
                "---- pods",
                said(there, "get", "pods", "-o", "wide"),
                said(there, "get", "events", "--sort-by=.lastTimestamp"),
                "---- the nodes' logs",
                said(there, "logs", "-l", "distomon.io/network", "--prefix", "--tail=30"),
                "---- the operator's log",
                said(new Kubectl(OPERATOR_NAMESPACE), "logs", "deployment/distomon-operator", "--tail=150"));
    }

    private static String said(Kubectl kubectl, String... arguments) {
        Command.Result result = kubectl.command(arguments).run();
        return result.out() + result.err();
    }

    /** Removes the namespace, and ends the cluster if it was brought up here. */
    void leave() {
        try {
            removeNamespace(namespace);
        } finally {
            leave(wasUp);
        }
    }

    private static void leave(boolean wasUp) {
        if (!wasUp) {
            Command.script("down").taking(Duration.ofMinutes(3)).output();
        }
    }
}
