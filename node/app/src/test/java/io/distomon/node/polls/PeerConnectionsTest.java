package io.distomon.node.polls;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.core.Clock;
import io.distomon.core.exchange.Limits;
import io.distomon.core.tls.PeerTrust;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of connections between requests, and which answers end them. */
class PeerConnectionsTest {
    private static final Duration AMPLE = Duration.ofSeconds(60);
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final String OK = KeepingPeer.OK;

    private final PeerConnections peers = PeerConnections.alone(new PeerTrust(List.of())::context, Clock.system());

    /** A connection of which time and bytes are the test's. */
    private final EmbeddedChannel channel = new EmbeddedChannel();

    @BeforeEach
    void connect() {
        channel.freezeTime();
        PeerConnections.Place place =
                new PeerConnections.Place(null, "fra.test", new InetSocketAddress(HERE, 80), null);
        peers.prepare(place, channel);
        peers.keep(channel.pipeline().get(Connection.class));
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
        peers.close();
    }

    @Test
    void pollsThatAreAMinuteApartUseOneConnection() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThat(KeepingPeer.body(ask(OK))).isEqualTo("ok");
            pass(Duration.ofMinutes(1));

            assertThat(channel.isOpen()).isTrue();
        }
    }

    @Test
    void aConnectionThatNobodyUsesIsClosedBeforeThePeerWould() throws Exception {
        ask(OK);

        pass(PeerConnections.KEPT.plusMillis(1));

        assertThat(channel.isOpen()).isFalse();
        assertThat(PeerConnections.KEPT).isBetween(Duration.ofSeconds(65), Duration.ofSeconds(74));
    }

    @Test
    void whoAnswersBeforeTheRequestIsSentIsHeardAndNotAskedThereAgain() throws Exception {
        channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext ctx, Object message, ChannelPromise neverKept) {
                ReferenceCountUtil.release(message);
            }
        });

        assertThat(KeepingPeer.body(ask(OK))).isEqualTo("ok");

        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void whatIsSaidBeforeAnythingWasAskedClosesTheConnection() {
        say(OK);

        assertThat(channel.isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {OK, "x", "\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"})
    void whatIsSaidBehindAnAnswerClosesTheConnection(String more) throws Exception {
        assertThat(KeepingPeer.body(ask(OK + more + "\r\n"))).isEqualTo("ok");

        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void whatIsSaidLongAfterAnAnswerClosesTheConnection() throws Exception {
        ask(OK);
        pass(Duration.ofSeconds(1));

        say("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");

        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void whoWantsToCloseIsNotAskedThereAgain() throws Exception {
        assertThat(KeepingPeer.body(ask("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")))
                .isEqualTo("ok");

        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void anAnswerThatEndsWithItsConnectionIsWhole() throws Exception {
        Attempt attempt = begin();
        say("HTTP/1.1 200 OK\r\n\r\nok");
        assertThat(attempt.outcome()).isNotDone();

        channel.close().syncUninterruptibly();

        assertThat(KeepingPeer.body(attempt)).isEqualTo("ok");
    }

    @Test
    void anAnswerIsReadUpToOneByteTooMany() throws Exception {
        int longest = Limits.MAX_MESSAGE_BYTES;

        assertThat(KeepingPeer.body(ask(answer(longest)))).hasSize(longest);
        assertThat(channel.isOpen()).isTrue();
        assertThat(KeepingPeer.body(ask(answer(longest + 1000)))).hasSize(longest + 1);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void anAnswerInChunksIsReadUpToOneByteTooMany() throws Exception {
        Attempt attempt = begin();
        say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        String chunk = "10000\r\n" + "x".repeat(1 << 16) + "\r\n";
        for (int i = 0; i < Limits.MAX_MESSAGE_BYTES >> 16; i++) {
            say(chunk);
        }
        assertThat(attempt.outcome()).isNotDone();

        say("1\r\nx\r\n");

        assertThat(KeepingPeer.body(attempt)).hasSize(Limits.MAX_MESSAGE_BYTES + 1);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void theTimeIsOverHoweverMuchTricklesIn() throws Exception {
        Attempt attempt = begin();
        "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nx".chars().forEach(c -> {
            pass(Duration.ofSeconds(1));
            say(Character.toString(c));
        });
        assertThat(attempt.outcome()).isNotDone();

        pass(AMPLE);

        assertThat(attempt.outcome()).isCompletedExceptionally();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void whoGivesUpClosesTheConnection() {
        Attempt attempt = begin();

        attempt.giveUp();
        channel.runPendingTasks();

        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void requestsInTurnShareAConnectionAndThoseAtOnceHaveOneEach() throws Exception {
        try (KeepingPeer peer = new KeepingPeer(new ServerSocket(0, 10, HERE))) {
            for (int i = 0; i < 10; i++) {
                assertThat(KeepingPeer.body(peer.ask(peers, "http", "127.0.0.1")))
                        .isEqualTo("ok");
            }
            assertThat(peer.connections()).isEqualTo(1);

            Attempt one = peer.ask(peers, "http", "127.0.0.1");
            Attempt other = peer.ask(peers, "http", "127.0.0.1");
            assertThat(KeepingPeer.body(one) + KeepingPeer.body(other)).isEqualTo("okok");
            assertThat(peer.connections()).isEqualTo(2);
        }
    }

    private Attempt ask(String answer) {
        Attempt attempt = begin();
        say(answer);
        return attempt;
    }

    /** A request on the connection. */
    private Attempt begin() {
        Attempt attempt = peers.begin(KeepingPeer.call(URI.create("http://fra.test/mon/lab")), HERE, AMPLE, false);
        channel.runPendingTasks();
        channel.releaseOutbound();
        return attempt;
    }

    private void say(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }

    private void pass(Duration time) {
        channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    private static String answer(int length) {
        return "HTTP/1.1 200 OK\r\nContent-Length: %s\r\n\r\n%s".formatted(length, "x".repeat(length));
    }
}
