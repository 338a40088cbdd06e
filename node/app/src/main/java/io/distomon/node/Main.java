package io.distomon.node;

import io.distomon.core.config.ConfigException;
import io.distomon.node.command.Commands;
import io.distomon.node.config.SettingException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entry point of {@code distomon-node.jar}: without arguments it runs a node, with them see {@link Commands}. Exit codes: {@value #EX_CONFIG} when the config or a setting can't be used (as
 * sysexits.h has it), 1 when anything else keeps the node from starting.
 *
 * <p>With {@value #EXIT_ON_STDIN_EOF}{@code =true} in the environment the node also stops, in the same way as on SIGTERM,
 * when its standard input ends: whoever started it and holds the other end of the pipe takes it along, however that one
 * ends. Nobody may be left then who could end a node that hangs on its way out, so it does so itself.
 */
public final class Main {
    static final int EX_CONFIG = Commands.EX_CONFIG;

    static final String EXIT_ON_STDIN_EOF = "DISTOMON_EXIT_ON_STDIN_EOF";

    /** Within this time after the end of its input a node is gone. */
    static final Duration LONGEST_FAREWELL = Duration.ofSeconds(5);

    /** Micronaut's words when a setting is no number, duration or whatever it has to be; its own exceptions do not tell. */
    private static final String UNREADABLE_SETTING = "Error resolving property value";

    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private Main() {}

    public static void main(String[] args) {
        // We speak one language, and what libraries write for machines must not depend on who started us either.
        Locale.setDefault(Locale.ROOT);
        // Who renegotiates has us sign again and again on one connection. Read once, by the JDK's TLS.
        System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
        if (args.length > 0) {
            System.exit(Commands.execute(
                    new PrintWriter(System.out, false, StandardCharsets.UTF_8),
                    new PrintWriter(System.err, false, StandardCharsets.UTF_8),
                    args));
        }
        if (Boolean.parseBoolean(System.getenv(EXIT_ON_STDIN_EOF))) {
            Thread.ofPlatform().name("stdin").daemon().start(Main::exitAtEndOfInput);
        }
        try {
            Node node = Node.start(Map.of());
            Runtime.getRuntime().addShutdownHook(new Thread(node::close, "stop"));
        } catch (RuntimeException | Error e) {
            System.exit(explain(e));
        }
    }

    private static void exitAtEndOfInput() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            LOG.debug("Standard input can't be read any more, which ends it", e);
        }
        Thread.ofPlatform().name("end").daemon().start(Main::haltAfterFarewell);
        System.exit(0);
    }

    private static void haltAfterFarewell() {
        try {
            Thread.sleep(LONGEST_FAREWELL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(1);
    }

    private static int unusable(String message) {
        LOG.error("{}", message);
        LOG.error("The node can't start with this setting");
        return EX_CONFIG;
    }

    private static int explain(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConfigException config) {
                config.findings().forEach(finding -> LOG.error("{}", finding.text()));
                LOG.error(
                        "The node can't start with this config: {} to be mended",
                        config.findings().size());
                return EX_CONFIG;
            }
            if (cause instanceof SettingException setting) {
                return unusable(String.valueOf(setting.getMessage()));
            }
            Optional<String> unreadable = String.valueOf(cause.getMessage())
                    .lines()
                    .filter(line -> line.contains(UNREADABLE_SETTING))
                    .findFirst();
            if (unreadable.isPresent()) {
                return unusable(unreadable.get().substring(unreadable.get().indexOf(UNREADABLE_SETTING)));
            }
            if (cause instanceof BindException) {
                LOG.error("The node can't start: {}", failure.getMessage());
                return 1;
            }
        }
        LOG.error("The node can't start", failure);
        return 1;
    }
}
