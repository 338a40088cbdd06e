package io.distomon.node.polls;

import io.distomon.core.Clock;
import io.distomon.core.exchange.HttpAnswer;
import io.distomon.core.exchange.HttpFields;
import io.distomon.core.exchange.Limits;
import io.distomon.core.exchange.Moment;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to a peer: one request at a time, and its answer. Used by its event loop only.
 *
 * <pre>
 * IDLE       nobody asks; kept for whoever asks next
 *   a request                            → ASKED
 *   anything comes, or nothing for long  → closed
 * ASKED      the answer's head is awaited, and then its body, up to one byte too many
 *   all of it is here                    → ENDING
 *   it is no HTTP, or late, or breaks    → closed
 * ENDING     until all that was read with the answer has been looked at
 *   both sides want to go on             → IDLE
 *   else                                 → closed
 * </pre>
 */
final class Connection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    /** Of answers that say that the answer comes later, such as 103, there are few. */
    private static final int MAX_INTERIM_ANSWERS = 8;

    private final PeerConnections connections;
    private final PeerConnections.Place place;
    private final Channel channel;
    private final Clock clock;

    private @Nullable Attempt current;
    private boolean isSent;
    private int interimAnswers;
    private @Nullable HttpResponse head;
    private ByteArrayOutputStream body = new ByteArrayOutputStream();

    /** The whole answer; there in ENDING. */
    private Attempt.@Nullable Arrival arrival;

    private boolean goesOn;

    Connection(PeerConnections connections, PeerConnections.Place place, Channel channel, Clock clock) {
        this.connections = connections;
        this.place = place;
        this.channel = channel;
        this.clock = clock;
    }

    PeerConnections.Place place() {
        return place;
    }

    Channel channel() {
        return channel;
    }

    /** Asks; in IDLE only. */
    void send(Attempt attempt) {
        if (!channel.isActive()) {
            attempt.failed(new EOFException("closed before it was asked"));
            return;
        }
        current = attempt;
        isSent = false;
        interimAnswers = 0;
        attempt.on(channel);
        attempt.connected();
        channel.writeAndFlush(attempt.call().toNetty()).addListener(written -> {
            if (current == attempt) {
                isSent = written.isSuccess();
                if (!isSent) {
                    fail(written.cause());
                }
            }
        });
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (current == null || arrival != null) {
                LOG.debug("{} says more than it was asked", place.address());
                goesOn = false;
                close();
            } else if (message instanceof HttpObject part) {
                read(part);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (arrival != null) {
            end(current, arrival);
        }
        ctx.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        connections.forget(this);
        if (arrival != null) {
            goesOn = false;
            end(current, arrival);
        } else if (current != null) {
            fail(new EOFException("closed before the answer was complete"));
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (arrival == null) {
            fail(cause);
        } else {
            goesOn = false;
            close();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        boolean isIdle = event instanceof IdleStateEvent && current == null;
        if (isIdle || event instanceof SslCloseCompletionEvent) {
            close();
        }
        ctx.fireUserEventTriggered(event);
    }

    private void read(HttpObject part) {
        if (part.decoderResult().isFailure()) {
            fail(part.decoderResult().cause());
            return;
        }
        if (part instanceof HttpResponse response) {
            head(response);
        }
        if (part instanceof HttpContent content && head != null) {
            content(head, content);
        }
    }

    private void head(HttpResponse response) {
        if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
            interimAnswers++;
            if (interimAnswers > MAX_INTERIM_ANSWERS) {
                fail(new ProtocolException("more than %s interim answers".formatted(MAX_INTERIM_ANSWERS)));
            }
            return;
        }
        head = response;
        if (current != null) {
            current.answered();
            if (current.call().headSuffices()) {
                complete(response, false);
            }
        }
    }

    private void content(HttpResponse response, HttpContent content) {
        ByteBuf bytes = content.content();
        int room = Limits.MAX_MESSAGE_BYTES + 1 - body.size();
        byte[] part = new byte[Math.min(bytes.readableBytes(), room)];
        bytes.readBytes(part);
        body.writeBytes(part);
        if (body.size() > Limits.MAX_MESSAGE_BYTES) {
            complete(response, false);
        } else if (content instanceof LastHttpContent) {
            // Who answers before all was sent may take the rest for another request.
            complete(response, isSent && HttpUtil.isKeepAlive(response));
        }
    }

    private void complete(HttpResponse response, boolean mayGoOn) {
        List<HttpFields.Field> lines = new ArrayList<>();
        for (var line : response.headers()) {
            lines.add(new HttpFields.Field(line.getKey(), line.getValue()));
        }
        arrival = new Attempt.Arrival(
                new HttpAnswer(response.status().code(), new HttpFields(lines), body.toByteArray()), Moment.now(clock));
        goesOn = mayGoOn;
        if (!mayGoOn) {
            close();
        }
    }

    /** Who waits is told last: it may ask again at once. */
    private void end(@Nullable Attempt asked, Attempt.Arrival whole) {
        current = null;
        head = null;
        arrival = null;
        body = new ByteArrayOutputStream();
        if (goesOn) {
            connections.keep(this);
        }
        if (asked != null) {
            asked.arrived(whole);
        }
    }

    void close() {
        var _ = channel.close();
    }

    private void fail(Throwable cause) {
        Attempt asked = current;
        current = null;
        close();
        if (asked != null) {
            asked.failed(failure(cause));
        }
    }

    private static IOException failure(Throwable cause) {
        return switch (cause) {
            case ClosedChannelException closed -> new EOFException("closed");
            case IOException failure -> failure;
            case PrematureChannelClosureException broken -> new EOFException(broken.getMessage());
            // As TLS fails, within the codec.
            case DecoderException failed when failed.getCause() instanceof IOException failure -> failure;
            case DecoderException noHttp -> noHttp(noHttp);
            case IllegalArgumentException noHttp -> noHttp(noHttp);
            default -> new IOException(cause);
        };
    }

    private static ProtocolException noHttp(Throwable cause) {
        ProtocolException failure = new ProtocolException(cause.getMessage());
        failure.initCause(cause);
        return failure;
    }
}
