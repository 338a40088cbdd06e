package io.distomon.e2e.demo;

import io.distomon.e2e.demo.command.Commands;
import io.distomon.e2e.demo.network.DemoNetwork;
import io.distomon.e2e.demo.network.Judged;
import io.distomon.e2e.demo.network.NodeRun;
import io.distomon.e2e.demo.network.Snapshot;
import io.distomon.e2e.demo.node.NodeProgram;
import io.distomon.e2e.demo.resource.Mistake;
import io.distomon.e2e.demo.screen.Line;
import io.distomon.e2e.demo.screen.Picture;
import io.distomon.e2e.demo.screen.PlainScreen;
import io.distomon.e2e.demo.screen.Screen;
import io.distomon.e2e.demo.screen.SvgPicture;
import io.distomon.e2e.demo.screen.TerminalScreen;
import io.distomon.operator.validate.Alerts;
import io.distomon.operator.validate.NetworkNode;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The entry point of the script {@code e2e/demo}. */
@Command(
        name = "e2e/demo",
        description = {
            "A network of real distomon nodes on this machine, without a cluster: what a DistomonNetwork file"
                    + " describes, with external nodes, workloads of sidecars and receivers of alerts played too. Kill,"
                    + " freeze and cut, and see what the network makes of it."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:it ran and was ended",
            "1:a step of --check failed, or something could not be started",
            "2:an option that there is not",
            "78:a file that can't be used; nothing was started"
        })
public final class Main implements Callable<Integer> {
    private static final int EX_CONFIG = 78;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "a file with one DistomonNetwork (default: e2e/samples/demo.yaml)")
    private @Nullable Path file;

    @Option(names = "--check", description = "play the whole story without a person, one line per step")
    private boolean check;

    @Option(names = "--keep", description = "leave the demo's directory (keys, config, logs) at the end")
    private boolean keep;

    @Option(
            names = "--picture",
            paramLabel = "FILE.svg",
            description = "write a picture of the screen after a kill and a cut, and end")
    private @Nullable Path picture;

    private final PrintStream out =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

    @Spec
    private @Nullable CommandSpec spec;

    private Main() {}

    public static void main(String[] args) {
        System.exit(parser().execute(args));
    }

    /** The command line, not yet carried out. */
    static CommandLine parser() {
        return new CommandLine(new Main());
    }

    private CommandLine commandLine() {
        return Objects.requireNonNull(spec).commandLine();
    }

    /** What the nodes' jar says it is. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() throws IOException {
            try (JarFile jar = new JarFile(nodeJar().toFile())) {
                return new String[] {
                    "distomon " + jar.getManifest().getMainAttributes().getValue("Implementation-Version")
                };
            }
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path resource = file != null ? file : home().resolve("e2e/samples/demo.yaml");
        return switch (Judged.read(resource)) {
            case Judged.Refused(List<Mistake> mistakes) -> {
                mistakes.forEach(commandLine().getErr()::println);
                yield EX_CONFIG;
            }
            case Judged.Accepted accepted -> play(accepted);
        };
    }

    private int play(Judged.Accepted accepted) throws IOException, InterruptedException {
        NodeProgram program = new NodeProgram(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                nodeJar(),
                home().resolve("e2e/target/node.aot"));
        if (!Files.exists(program.jar())) {
            System.err.println(program.jar() + ": found no file, expected the node (e2e/demo builds it)");
            return 1;
        }
        Path directory = Path.of(
                System.getProperty("java.io.tmpdir"),
                "distomon-demo-%s-%s"
                        .formatted(
                                ProcessHandle.current().pid(),
                                HexFormat.of().toHexDigits(new SecureRandom().nextInt(), 6)));
        // Read when the first logger is made; the screen is not for logs.
        System.setProperty("logback.configurationFile", "io/distomon/e2e/demo/logback.xml");
        System.setProperty("distomon.demo.log", directory.resolve("demo.log").toString());
        Picture view = new Picture(directory.resolve("password"), Commands.SUMMARY);
        Showing showing = new Showing();
        DemoNetwork network;
        try {
            network = DemoNetwork.start(accepted, new DemoNetwork.Setup(program, directory, keep), showing);
        } catch (IOException e) {
            System.err.println("The demo can't start: " + e.getMessage());
            return 1;
        }
        Thread hook = new Thread(() -> close(network), "end");
        Runtime.getRuntime().addShutdownHook(hook);
        try (network) {
            if (check) {
                return check(network, showing, accepted);
            }
            if (picture != null) {
                return draw(network, view, picture);
            }
            return converse(network, view, showing, accepted);
        } finally {
            if (keep) {
                out.println("kept " + directory);
            }
        }
    }

    /** The checkout, as the script says. */
    private static Path home() {
        return Path.of(System.getProperty("distomon.home", "."))
                .toAbsolutePath()
                .normalize();
    }

    private static Path nodeJar() {
        return home().resolve("node/app/target/distomon-node.jar");
    }

    private static void close(DemoNetwork network) {
        try {
            network.close();
        } catch (IOException e) {
            System.err.println("The demo's directory could not be removed: " + e.getMessage());
        }
    }

    private int check(DemoNetwork network, Showing showing, Judged.Accepted accepted)
            throws IOException, InterruptedException {
        showing.on(new PlainScreen(System.in, out), false);
        introduction(network, accepted).forEach(line -> out.println(line.text()));
        out.println(
                "page %s (admin, password in %s)".formatted(Picture.page(network.snapshot()), network.passwordFile()));
        if (!new Story(network, out::println).holds()) {
            return 1;
        }
        long begun = System.nanoTime();
        network.close();
        Duration taken = Duration.ofNanos(System.nanoTime() - begun);
        boolean gone = network.isOver() && (keep || Files.notExists(network.directory()));
        out.println(Story.line(
                gone ? "ok" : "failed", "quit", gone ? "no process and no key is left" : "something is left", taken));
        return gone ? 0 : 1;
    }

    private int converse(DemoNetwork network, Picture view, Showing showing, Judged.Accepted accepted)
            throws IOException, InterruptedException {
        boolean terminal = isTerminal();
        try (Screen screen = terminal
                ? new TerminalScreen(view, Commands.words(), () -> names(network), colours())
                : new PlainScreen(System.in, out)) {
            screen.say(introduction(network, accepted));
            Commands commands = new Commands(network, line -> {
                screen.show(network.snapshot()); // what led to it, first
                screen.say(List.of(Line.of(line)));
            });
            if (terminal) {
                screen.show(network.snapshot());
                showing.on(screen, true);
                besides(screen, commands);
            } else {
                showing.on(screen, true);
                network.await(Main::isUp, network.patience());
                screen.say(view.state(network.snapshot(), Picture.COLUMNS));
                screen.say(view.hints(network.snapshot(), Picture.COLUMNS));
                oneByOne(screen, commands, () -> screen.say(view.state(network.snapshot(), Picture.COLUMNS)));
            }
            showing.off();
        }
        return 0;
    }

    /** Carries out commands while the next is typed; quitting waits for none. */
    private static void besides(Screen screen, Commands commands) throws IOException {
        AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService worker =
                Executors.newSingleThreadExecutor(Thread.ofVirtual().factory())) {
            for (String line = screen.read(); line != null && !isQuit(line); line = screen.read()) {
                String command = line;
                worker.execute(() -> {
                    try {
                        screen.busy(command.strip());
                        if (!over.get()) {
                            commands.run(command);
                        }
                        screen.busy("");
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
            }
            over.set(true);
            worker.shutdownNow();
        }
    }

    /** Carries out line after line, and shows what the network is like after each that may have changed it or is empty. */
    private static void oneByOne(Screen screen, Commands commands, Runnable state)
            throws IOException, InterruptedException {
        for (String line = screen.read(); line != null; line = screen.read()) {
            Commands.Outcome outcome = commands.run(line);
            if (outcome == Commands.Outcome.QUIT) {
                return;
            }
            if (outcome == Commands.Outcome.DONE || line.isBlank()) {
                state.run();
            }
        }
    }

    private static boolean isQuit(String line) {
        return line.strip().equals("quit");
    }

    private int draw(DemoNetwork network, Picture view, Path target) throws IOException, InterruptedException {
        List<Line> screen = Collections.synchronizedList(new ArrayList<>());
        Commands commands = new Commands(network, text -> screen.add(Line.of(text)));
        network.await(Main::isUp, network.patience());
        List<String> ids = ids(network);
        String victim = ids.get(ids.size() - 2);
        for (String command : List.of("kill " + victim, "cut %s>%s".formatted(ids.get(0), ids.get(1)))) {
            screen.add(Line.of("> " + command));
            commands.run(command);
        }
        Optional<Duration> delay = network.alertDelay(victim);
        if (delay.isPresent()) {
            network.await(now -> !now.told().isEmpty(), network.patience().plus(delay.get()));
        }
        screen.addAll(view.of(network.snapshot(), Picture.COLUMNS));
        screen.add(Line.of("> "));
        Files.writeString(target, SvgPicture.of("The demo's screen after a kill and a cut", screen));
        out.println("wrote " + target);
        return 0;
    }

    private static boolean isUp(Snapshot now) {
        return now.isWhole() || now.runs().containsValue(NodeRun.ENDED);
    }

    private static List<String> ids(DemoNetwork network) {
        return List.copyOf(network.snapshot().runs().keySet());
    }

    /** What commands take. */
    private static List<String> names(DemoNetwork network) {
        List<String> names = new ArrayList<>(ids(network));
        network.snapshot().workloads().keySet().forEach(sidecar -> names.add(Snapshot.workload(sidecar)));
        return names;
    }

    private static List<Line> introduction(DemoNetwork network, Judged.Accepted accepted) {
        List<Line> lines = new ArrayList<>();
        lines.add(Line.of("Network %s: starting %s nodes on this machine"
                .formatted(
                        accepted.network().networkId(),
                        accepted.network().nodes().size())));
        if (!accepted.network().external().isEmpty()) {
            lines.add(Line.of("%s: External, played here too, at an address and with a key of the demo's"
                    .formatted(accepted.network().external().stream()
                            .map(NetworkNode::id)
                            .collect(Collectors.joining(", ")))));
        }
        accepted.network()
                .sidecars()
                .forEach(node -> lines.add(Line.of("%s: Sidecar, beside a small web server of the demo's, %s"
                        .formatted(node.id(), Snapshot.workload(node.id())))));
        network.repositoryUrl()
                .ifPresent(url ->
                        lines.add(Line.of("%s: the repository, played, with the demo's commits".formatted(url))));
        if (accepted.network().inCluster().stream().anyMatch(node -> node.certificate() != null)) {
            lines.add(Line.of("spec.tls: played by http, as the demo finds out who asks whom from what passes"));
        }
        if (accepted.network().alerts() != null) {
            lines.add(Line.of("%s: played by the demo, which shows what they are told"
                    .formatted(accepted.network().alerts().receivers().stream()
                            .map(Alerts.Receiver::name)
                            .collect(Collectors.joining(", ")))));
        }
        return lines;
    }

    @SuppressWarnings("SystemConsoleNull") // it may be null for NullAway
    private static boolean isTerminal() {
        String type = Objects.requireNonNullElse(System.getenv("TERM"), "dumb");
        Console console = System.console();
        return console != null && console.isTerminal() && !type.equals("dumb");
    }

    /** See no-color.org. */
    private static boolean colours() {
        return Objects.requireNonNullElse(System.getenv("NO_COLOR"), "").isEmpty();
    }

    /** Passes on what happens, as soon as there is a screen for it. */
    private static final class Showing implements DemoNetwork.Listener {
        private volatile @Nullable Screen screen;
        private volatile boolean changes;

        void on(Screen target, boolean withChanges) {
            changes = withChanges;
            screen = target;
        }

        void off() {
            screen = null;
        }

        @Override
        public void changed(Snapshot now) {
            Screen target = screen;
            if (target != null && changes) {
                target.show(now);
            }
        }

        @Override
        public void failed(String reason) {
            Screen target = screen;
            if (target != null) {
                target.say(List.of(Line.of("the change does not go on: " + reason)));
            }
        }

        @Override
        public void ended(String nodeId, List<String> lines) {
            Screen target = screen;
            List<Line> said = new ArrayList<>();
            for (String line : lines) {
                said.add(Line.of(said.isEmpty() ? nodeId + ": " + line : line));
            }
            if (target != null) {
                target.say(said);
            }
        }
    }
}
