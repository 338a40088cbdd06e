package io.distomon.node.connections;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One connection on a clock that moves only when told to. */
class RequestDeadlinesTest {
    private static final String REQUEST = "POST /mon/lab HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";

    private EmbeddedChannel connection;
    private final List<RequestDeadlines.Turn> turns = new ArrayList<>();
    private @Nullable Closure closedFor;

    @BeforeEach
    void open() {
        RequestDeadlines deadlines = new RequestDeadlines(turns::add, reason -> closedFor = reason);
        connection = new EmbeddedChannel();
        connection.freezeTime();
        connection.pipeline().addLast(deadlines.bytes(), new HttpServerCodec(), deadlines);
    }

    @AfterEach
    void close() {
        connection.finishAndReleaseAll();
    }

    @Test
    void whoSaysNothingIsClosed() {
        staysOpenFor(RequestDeadlines.HEAD.minusMillis(1));

        pass(Duration.ofMillis(1));

        isClosedFor(Closure.HEAD_LATE);
    }

    @Test
    void aHeadThatDripsIsGivenUpHoweverBusyTheConnectionIs() {
        for (int second = 0; second < RequestDeadlines.HEAD.toSeconds(); second++) {
            receive(REQUEST.substring(second, second + 1));
            assertThat(connection.isOpen()).isTrue();
            pass(Duration.ofSeconds(1));
        }

        isClosedFor(Closure.HEAD_LATE);
    }

    @Test
    void aBodyThatDripsIsGivenUp() {
        receive(REQUEST.substring(0, REQUEST.length() - 2));
        staysOpenFor(RequestDeadlines.BODY.minusSeconds(1));
        receive("b");
        pass(Duration.ofSeconds(1));

        isClosedFor(Closure.BODY_LATE);
    }

    @Test
    void whileTheNodeHasToAnswerThereIsNoDeadline() {
        receive(REQUEST.substring(0, REQUEST.length() - 1));
        assertThat(turns.getLast()).isEqualTo(RequestDeadlines.Turn.CLIENT);
        receive("c");
        assertThat(turns.getLast()).isEqualTo(RequestDeadlines.Turn.NODE);

        staysOpenFor(Duration.ofHours(1));

        answer(HttpResponseStatus.OK);
        assertThat(turns.getLast()).isEqualTo(RequestDeadlines.Turn.NOBODY);
    }

    @Test
    void whoSendsPartOfAnotherRequestBeforeTheAnswerHasHisTurnThen() {
        receive(REQUEST + REQUEST.substring(0, REQUEST.length() - 1));
        answer(HttpResponseStatus.OK);

        assertThat(turns.getLast()).isEqualTo(RequestDeadlines.Turn.CLIENT);
        pass(RequestDeadlines.BODY);
        isClosedFor(Closure.BODY_LATE);
    }

    @Test
    void afterAnAnswerThereIsTimeForTheNextRequestButNotForADrippingOne() {
        receive(REQUEST);
        answer(HttpResponseStatus.OK);
        staysOpenFor(RequestDeadlines.NEXT.minusMillis(1));

        receive(REQUEST);
        pass(Duration.ofMinutes(5));
        answer(HttpResponseStatus.OK);
        receive("P");
        staysOpenFor(RequestDeadlines.HEAD.minusMillis(1));
        receive("O");
        pass(Duration.ofMillis(1));

        isClosedFor(Closure.HEAD_LATE);
    }

    @Test
    void whoDoesNotComeBackIsClosed() {
        receive(REQUEST);
        answer(HttpResponseStatus.OK);
        pass(RequestDeadlines.NEXT);

        isClosedFor(Closure.IDLE);
    }

    @Test
    void anAnswerBeforeTheBodyIsThereDoesNotProlongTheBodysTime() {
        receive(REQUEST.substring(0, REQUEST.length() - 2));
        answer(HttpResponseStatus.UNAUTHORIZED);
        pass(RequestDeadlines.BODY);

        isClosedFor(Closure.BODY_LATE);
    }

    @Test
    void toBeToldToGoOnIsNoAnswer() {
        receive(REQUEST.substring(0, REQUEST.length() - 2));
        answer(HttpResponseStatus.CONTINUE);
        receive("bc");

        staysOpenFor(RequestDeadlines.NEXT.plusSeconds(1));
    }

    @Test
    void whoAsksOnWithoutAnAnswerIsClosed() {
        for (int i = 0; i < RequestDeadlines.MAX_UNANSWERED; i++) {
            receive(REQUEST);
        }
        assertThat(connection.isOpen()).isTrue();
        assertThat(connection.inboundMessages()).hasSize(2 * RequestDeadlines.MAX_UNANSWERED);

        receive(REQUEST);

        isClosedFor(Closure.PIPELINED);
    }

    @Test
    void whoAsksMoreOnTheConnectionOfAStreamIsClosed() {
        receive(REQUEST);
        beginStream();
        assertThat(connection.isOpen()).isTrue();

        receive(REQUEST);

        isClosedFor(Closure.PIPELINED);
    }

    @Test
    void aStreamBehindWhichAnswersWouldWaitIsClosed() {
        receive(REQUEST);
        receive(REQUEST);

        beginStream();

        isClosedFor(Closure.PIPELINED);
    }

    @Test
    void afterAStreamHasEndedTheConnectionIsAsAnyOther() {
        receive(REQUEST);
        beginStream();
        connection.writeOutbound(LastHttpContent.EMPTY_LAST_CONTENT);

        receive(REQUEST);

        assertThat(connection.isOpen()).isTrue();
    }

    private void beginStream() {
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        head.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream;charset=utf-8");
        var _ = connection.writeOneOutbound(head);
    }

    private void receive(String text) {
        connection.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }

    private void answer(HttpResponseStatus status) {
        connection.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status));
    }

    private void staysOpenFor(Duration time) {
        pass(time);
        assertThat(connection.isOpen()).isTrue();
        assertThat(closedFor).isNull();
    }

    private void isClosedFor(Closure reason) {
        assertThat(connection.isOpen()).isFalse();
        assertThat(closedFor).isEqualTo(reason);
    }

    private void pass(Duration time) {
        connection.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        connection.runScheduledPendingTasks();
        connection.runPendingTasks();
    }
}
