package io.distomon.operator.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.Clock;
import io.distomon.core.config.Secret;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.store.SharedStore;
import io.distomon.operator.mirror.StoreServer.Manner;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What large answers may take of the operator's memory, over real HTTP. */
class StoreClientTest {
    private static final Secret TOKENS = new Secret("a secret of at least thirty-two bytes");
    private static final int MEBIBYTE = 1024 * 1024;

    private final StoreClient client = new StoreClient();
    private final AnswerMemory.Share own = client.share();
    private StoreServer server;

    @BeforeEach
    void startNode() throws IOException {
        server = StoreServer.start(new SharedStore("lab", "fra", new KeyMapping(Map.of()), Clock.system()), TOKENS);
    }

    @AfterEach
    void stopNode() {
        server.close();
    }

    @Test
    void anAnswerThatIsTooLargeIsNotRead() throws Exception {
        answerWith(17 * MEBIBYTE);

        assertThat(ask(changes -> {})).isEqualTo(new StoreAnswer.Failed("its answer is larger than 16777216 bytes"));
    }

    @Test
    void answersThatAreTooLargeTogetherAreReadOneAfterTheOther() throws Exception {
        answerWith(7 * MEBIBYTE);
        List<StoreAnswer> inner = new ArrayList<>();

        StoreAnswer first = ask(one -> inner.add(ask(two -> inner.add(ask(three -> {})))));

        assertThat(first).isEqualTo(new StoreAnswer.Answered());
        assertThat(inner)
                .containsExactly(
                        new StoreAnswer.Postponed(
                                "its answer and others that are read just now are too large together"),
                        new StoreAnswer.Answered());
        assertThat(ask(again -> inner.add(ask(two -> {})))).isEqualTo(new StoreAnswer.Answered());
        assertThat(inner.getLast()).isEqualTo(new StoreAnswer.Answered());
    }

    private void answerWith(int bytes) {
        server.answer(new Manner.Fixed(200, "0-0", "{" + " ".repeat(bytes - 2) + "}"));
    }

    @Test
    void networksThatTakeAllTheyCanLeaveEnoughForAnother() throws Exception {
        answerWith(3 * MEBIBYTE);
        List<StoreAnswer> greedy = new ArrayList<>();
        List<StoreAnswer> modest = new ArrayList<>();

        // Four networks, each with as many answers at once as fit, and each answer held while the next is read.
        hoard(4, greedy, () -> {
            answerWith(MEBIBYTE);
            modest.add(ask(client.share(), one -> {}));
        });

        assertThat(greedy).contains(new StoreAnswer.Answered()).anyMatch(StoreAnswer.Postponed.class::isInstance);
        assertThat(modest).containsExactly(new StoreAnswer.Answered());
    }

    private void hoard(int networks, List<StoreAnswer> answers, Runnable then) {
        if (networks == 0) {
            then.run();
        } else {
            hoard(client.share(), answers, () -> hoard(networks - 1, answers, then));
        }
    }

    private void hoard(AnswerMemory.Share share, List<StoreAnswer> answers, Runnable then) {
        StoreAnswer answer = ask(share, held -> hoard(share, answers, then));
        answers.add(answer);
        if (answer instanceof StoreAnswer.Postponed) {
            then.run();
        }
    }

    private StoreAnswer ask(Consumer<StoreAnswer.Changes> use) {
        return ask(own, use);
    }

    private StoreAnswer ask(AnswerMemory.Share share, Consumer<StoreAnswer.Changes> use) {
        try {
            return client.ask(
                    client.http(List.of()),
                    server.url(),
                    share,
                    "lab",
                    Optional.empty(),
                    new TokenSigner(TOKENS).token(Instant.now()),
                    use);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
