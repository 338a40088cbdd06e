package io.distomon.node.git;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.config.GitSource;
import io.distomon.core.config.Secret;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlainMessageTest {
    private static final GitSource SOURCE = new GitSource(
            "https://git.example.com/lab.git",
            null,
            GitSource.DEFAULT_POLL,
            new Secret("reader"),
            new Secret("hunter2"),
            List.of(),
            null,
            null);

    @Test
    void neitherCredentialsNorUsersOfUrlsAreShown() {
        Exception failure = new IOException(
                "https://alice:geheim@git.example.com: reader may not enter with hunter2",
                new IOException("ssh://bob@host refused"));

        assertThat(PlainMessage.of(failure, SOURCE))
                .isEqualTo("https://git.example.com: … may not enter with …: ssh://host refused");
    }

    @Test
    void whatAServerSaysStaysOnOneLineAndShort() {
        Exception failure = new IOException("no\n\u001b[31mentry\r\n\u202e" + "x".repeat(1000));

        assertThat(PlainMessage.of(failure, SOURCE))
                .startsWith("no ?[31mentry ?x")
                .hasSize(300);
    }

    @Test
    void whatGoesWrongAgainInAnotherDirectoryForAWhileIsToldInTheSameWords() {
        assertThat(PlainMessage.of(new IOException("/git/ab12/.new-1234567890/objects/pack: read-only"), SOURCE))
                .isEqualTo("/git/ab12/.new-…/objects/pack: read-only");
    }

    @Test
    void causesAreNamedOnce() {
        Exception failure =
                new IllegalStateException("outer: inner", new IOException("inner", new IOException((String) null)));

        assertThat(PlainMessage.of(failure, SOURCE)).isEqualTo("outer: inner: IOException");
    }
}
