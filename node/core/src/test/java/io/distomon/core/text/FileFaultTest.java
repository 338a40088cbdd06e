package io.distomon.core.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;

class FileFaultTest {
    @Test
    void theReasonIsTheSystemsWithoutTheFilesNameOnOneLine() {
        assertThat(FileFault.reason(new FileSystemException("/keys/.fra.123.tmp", null, "Read-only file system")))
                .isEqualTo("Read-only file system");
        assertThat(FileFault.reason(new AccessDeniedException("/keys/.fra.123.tmp")))
                .isEqualTo("AccessDeniedException");
        assertThat(FileFault.reason(new IOException("broken\n pipe"))).isEqualTo("broken pipe");
        assertThat(FileFault.reason(new IOException())).isEqualTo("IOException");
    }
}
