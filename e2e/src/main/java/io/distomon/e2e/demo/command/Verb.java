package io.distomon.e2e.demo.command;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The commands that there are. */
enum Verb {
    KILL("ID", "end a node's process at once (SIGKILL); ID/app: what a sidecar is beside"),
    FREEZE("ID", "stop it where it is (SIGSTOP): connections open, nothing answers"),
    THAW("ID", "let a frozen node go on (SIGCONT)"),
    START("ID", "start a node that does not run; also ID/app"),
    CUT("A B", "let nothing pass between two nodes; cut A>B: one way only"),
    JOIN("A B", "let everything pass again; also join A>B"),
    ADD("ID", "add a managed node to the spec"),
    REMOVE("ID", "take a node out of the spec"),
    ROTATE("ID", "give a node a new key: one restart, none of a sidecar, nobody else's"),
    OPEN("ID", "where a node answers, its page, and a curl line that asks it"),
    HELP("", "these lines"),
    QUIT("", "end all nodes, remove their keys, and go");

    private final String arguments;
    private final String help;

    Verb(String arguments, String help) {
        this.arguments = arguments;
        this.help = help;
    }

    /** As it is typed: {@code cut A B}. */
    String usage() {
        return (word() + " " + arguments).strip();
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What it does. */
    String help() {
        return help;
    }

    static Optional<Verb> of(String word) {
        return Arrays.stream(values()).filter(verb -> verb.word().equals(word)).findFirst();
    }

    static String all() {
        return Arrays.stream(values()).map(Verb::usage).collect(Collectors.joining(", "));
    }
}
