package io.distomon.node;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How Java is run in a process of its own. */
public final class ForkedJava {
    private ForkedJava() {}

    /** The program that runs this. */
    public static String program() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** A class with the classes of this process. */
    public static List<String> command(List<String> jvmOptions, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(program());
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }
}
