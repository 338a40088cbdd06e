package io.distomon.e2e.demo.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServedRepositoryTest {
    private ServedRepository repository;

    @BeforeEach
    void start() throws Exception {
        repository = ServedRepository.start("lab", "trunk");
    }

    @AfterEach
    void stop() {
        repository.close();
    }

    @Test
    void whatIsCommittedCanBeFetched() throws Exception {
        assertThat(repository.commit(Map.of("a.yml", "1", "keys/b", "2"), "the first"))
                .isPresent();
        assertThat(repository.commit(Map.of("a.yml", "3"), "the second"))
                .hasValueSatisfying(id -> assertThat(id).matches("[0-9a-f]{12}"));

        Clone clone = Clone.of(repository.url());

        assertThat(clone.messages()).containsExactly("the second", "the first");
        assertThat(clone.files()).containsExactly(Map.entry("a.yml", "3"));
    }

    @Test
    void whatIsAsItWasIsNoCommit() throws Exception {
        repository.commit(Map.of("a.yml", "1"), "the first");

        assertThat(repository.commit(Map.of("a.yml", "1"), "the second")).isEmpty();

        assertThat(Clone.of(repository.url()).messages()).containsExactly("the first");
    }

    @Test
    void nobodyCanPush() throws Exception {
        URI push = URI.create(repository.url() + "/info/refs?service=git-receive-pack");
        try (HttpClient http = HttpClient.newHttpClient()) {
            assertThat(http.send(HttpRequest.newBuilder(push).build(), BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(403);
        }
    }
}
