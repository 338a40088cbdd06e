package io.distomon.node.command;

import io.distomon.core.Clock;
import io.distomon.core.alert.Alert;
import io.distomon.core.alert.Message;
import io.distomon.core.alert.Notice;
import io.distomon.core.alert.Outcome;
import io.distomon.core.config.AlertReceiver;
import io.distomon.core.config.ConfigException;
import io.distomon.core.config.ConfigReader;
import io.distomon.core.config.NetworkSource;
import io.distomon.core.config.NodeConf;
import io.distomon.node.alerts.Post;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells the receivers of a node once, from here, that this is a test. */
final class TestAlerts {
    private final ConfigReader reader;
    private final String fileName;
    private final PrintWriter out;

    /** There is nobody to be told. The message says what was found and what was expected. */
    static final class NoReceiverException extends Exception {
        private static final long serialVersionUID = 1;

        NoReceiverException(String message) {
            super(message);
        }
    }

    TestAlerts(Path directory, String fileName, PrintWriter out) {
        this.reader = new ConfigReader(directory, fileName);
        this.fileName = fileName;
        this.out = out;
    }

    /**
     * Tells them.
     *
     * @param only the name of the only one to be told; null: all
     * @return whether all were
     */
    boolean run(@Nullable String only) throws ConfigException, NoReceiverException, InterruptedException {
        NodeConf conf = reader.nodeConf();
        List<AlertReceiver> receivers = conf.alerts().receivers().stream()
                .filter(receiver -> only == null || receiver.name().equals(only))
                .toList();
        if (receivers.isEmpty()) {
            throw new NoReceiverException(
                    only == null
                            ? "%s: found no alerts, expected receivers below alerts".formatted(fileName)
                            : "%s: found no receiver %s, expected one of %s"
                                    .formatted(
                                            fileName,
                                            Commands.printable(only),
                                            conf.alerts().receivers().stream()
                                                    .map(AlertReceiver::name)
                                                    .toList()));
        }
        boolean allTold = true;
        Clock clock = Clock.system();
        try (Post post = new Post(clock)) {
            for (AlertReceiver receiver : receivers) {
                Outcome outcome = post.send(receiver, message(receiver, conf, clock));
                allTold &= outcome instanceof Outcome.Delivered;
                out.printf("%s (%s): %s%n", receiver.name(), receiver.type().word(), words(outcome));
                out.flush();
            }
        }
        return allTold;
    }

    private static Message message(AlertReceiver receiver, NodeConf conf, Clock clock) {
        NetworkSource network = conf.networks().stream()
                .filter(source -> receiver.isToldOf(source.name()))
                .findFirst()
                .orElseThrow();
        String text = "this is a test of the alerts of %s: nothing is wrong".formatted(network.nodeId());
        Alert test = Alert.test(network.name(), text, clock.wallMicros());
        return new Message(receiver.name(), network.name(), network.nodeId(), null, List.of(new Notice(test, false)));
    }

    private static String words(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Delivered() -> "ok";
            case Outcome.Refused(String why) -> "refused: " + why;
            case Outcome.TooLarge(String why) -> "failed: " + why;
            case Outcome.Failed(String why, boolean _, @Nullable Duration _) -> "failed: " + why;
        };
    }
}
