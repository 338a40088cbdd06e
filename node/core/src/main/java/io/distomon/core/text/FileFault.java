package io.distomon.core.text;

import java.io.IOException;
import java.nio.file.FileSystemException;

/** Why something could not be done with a file, as the system has it. */
public final class FileFault {
    private static final int MAX_CHARS = 300;

    private FileFault() {}

    /** The reason without the file's name, which may be that of a file that is there for a moment, on one line. */
    public static String reason(IOException failure) {
        String reason = failure instanceof FileSystemException ofFile ? ofFile.getReason() : failure.getMessage();
        return reason == null || reason.isBlank()
                ? failure.getClass().getSimpleName()
                : ForeignText.plain(reason, MAX_CHARS);
    }
}
