package io.distomon.node.connections;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One connection on a clock that moves only when told to. */
class PaceTest {
    private EmbeddedChannel connection;
    private boolean hasToWait;
    private boolean requestHasToWait;
    private int requests;
    private int reads;
    private int read;
    private int unsent;

    @BeforeEach
    void open() {
        connection = new EmbeddedChannel();
        connection.freezeTime();
        Pace pace = new Pace(new Pace.Traffic() {
            @Override
            public boolean hasToWait() {
                return hasToWait;
            }

            @Override
            public boolean request(HttpRequest head) {
                if (!requestHasToWait) {
                    requests++;
                }
                return requestHasToWait;
            }

            @Override
            public void read(int bytes) {
                read += bytes;
            }

            @Override
            public void written(int bytes) {
                unsent += bytes;
            }

            @Override
            public void sent(int bytes) {
                unsent -= bytes;
            }
        });
        connection
                .pipeline()
                .addLast(
                        new ChannelOutboundHandlerAdapter() {
                            @Override
                            public void read(ChannelHandlerContext ctx) {
                                reads++;
                                ctx.read();
                            }
                        },
                        pace,
                        pace.requests());
        reads = 0;
    }

    @AfterEach
    void close() {
        connection.finishAndReleaseAll();
    }

    @Test
    void whoNeedNotWaitIsRead() {
        connection.read();
        connection.read();

        assertThat(reads).isEqualTo(2);
    }

    @Test
    void whoHasToWaitIsReadOnceItsTimeHasCome() {
        hasToWait = true;
        connection.read();
        connection.read();
        pass(Pace.PAUSE.toMillis());
        assertThat(reads).isZero();

        hasToWait = false;
        pass(Pace.PAUSE.toMillis() - 1);
        assertThat(reads).isZero();
        pass(1);
        assertThat(reads).isEqualTo(1);
        connection.read();
        assertThat(reads).isEqualTo(2);
    }

    @Test
    void whatComesAndWhatWaitsToBeSentIsCounted() {
        connection.writeInbound(Unpooled.wrappedBuffer(new byte[7]));
        assertThat(read).isEqualTo(7);

        ChannelFuture sent = connection.write(Unpooled.wrappedBuffer(new byte[5]));
        assertThat(unsent).isEqualTo(5);
        connection.flush();
        assertThat(sent.isSuccess()).isTrue();
        assertThat(unsent).isZero();
    }

    @Test
    void aRequestThatHasToWaitIsHandedOnOnceItsTimeHasComeWithWhatCameBehindIt() {
        HttpRequest head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/mon/lab");
        requestHasToWait = true;
        connection.writeInbound(head, LastHttpContent.EMPTY_LAST_CONTENT);
        int before = reads;
        connection.read();
        pass(Pace.PAUSE.toMillis());
        assertThat(connection.<Object>readInbound()).isNull();
        assertThat(reads).as("nothing more is read meanwhile").isEqualTo(before);

        requestHasToWait = false;
        pass(Pace.PAUSE.toMillis());

        assertThat(requests).as("counted once").isEqualTo(1);
        assertThat(connection.<Object>readInbound()).isSameAs(head);
        assertThat(connection.<Object>readInbound()).isSameAs(LastHttpContent.EMPTY_LAST_CONTENT);
        assertThat(reads).isGreaterThan(before);
    }

    @Test
    void whatWaitsIsGivenUpWithItsConnection() {
        DefaultHttpContent body = new DefaultHttpContent(Unpooled.wrappedBuffer(new byte[5]));
        requestHasToWait = true;
        connection.writeInbound(new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/mon/lab"), body);

        assertThat(connection.close().isSuccess()).isTrue();
        pass(Pace.PAUSE.toMillis());

        assertThat(body.refCnt()).isZero();
        assertThat(connection.<Object>readInbound()).isNull();
    }

    private void pass(long millis) {
        connection.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        connection.runScheduledPendingTasks();
    }
}
