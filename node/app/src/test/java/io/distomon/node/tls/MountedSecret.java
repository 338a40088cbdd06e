package io.distomon.node.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/** A directory in which files are exchanged as the kubelet does: each behind a link, which leads behind another link. */
public final class MountedSecret {
    private static final String DATA = "..data";

    private final Path directory;
    private int versions;

    public MountedSecret(Path directory, Map<String, String> files) throws IOException {
        this.directory = Files.createDirectories(directory);
        turn(files);
        for (String name : files.keySet()) {
            Files.createSymbolicLink(directory.resolve(name), Path.of(DATA, name));
        }
    }

    public Path directory() {
        return directory;
    }

    /** Exchanges all files at once. */
    public void turn(Map<String, String> files) throws IOException {
        Path version = Files.createDirectory(directory.resolve("..version-" + versions++));
        for (Map.Entry<String, String> file : files.entrySet()) {
            Files.writeString(version.resolve(file.getKey()), file.getValue());
        }
        Path link = directory.resolve("..data_tmp");
        Files.createSymbolicLink(link, version.getFileName());
        Files.move(link, directory.resolve(DATA), StandardCopyOption.ATOMIC_MOVE);
    }
}
