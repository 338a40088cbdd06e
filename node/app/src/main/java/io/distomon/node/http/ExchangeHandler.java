package io.distomon.node.http;

import io.distomon.core.Clock;
import io.distomon.core.exchange.Admission;
import io.distomon.core.exchange.HttpAnswer;
import io.distomon.core.exchange.HttpFields;
import io.distomon.core.exchange.HttpRequestHead;
import io.distomon.core.exchange.Limits;
import io.distomon.core.exchange.Moment;
import io.distomon.core.exchange.Receiver;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /mon/{network_id}} on one connection: the answering side of an exchange. Only carries bytes: the head to the
 * core, the body when the core wants it, and the answer back exactly as it was signed. Every other request passes on to the
 * framework behind it; answers leave in the order of the requests, so whatever comes behind one that is not answered yet
 * waits here, and no more is read then.
 *
 * <pre>
 * ARRIVING  the head is here, and perhaps more of what was read with it
 *   all of it is here          → MADE
 *   no more came with it       → JUDGED
 * JUDGED    a thread looks at the head; of the body no more is read
 *   refused                    → ANSWERED
 *   admitted                   → TAKEN
 * TAKEN     the body comes; kept, or only its digest
 *   all of it is here          → MADE
 *   it is late, or too long    → ANSWERED
 * MADE      a thread makes the answer
 * ANSWERED  what is left of the body is dropped
 * </pre>
 *
 * <p>Used by its connection's event loop only, but for what threads of their own do, one at a time for a connection: a
 * store that is busy, or a log that is slow, holds nobody else up.
 */
final class ExchangeHandler extends ChannelDuplexHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ExchangeHandler.class);

    private static final String MON = "/mon/";

    /** With a slash behind it too: that is refused as the core refuses. */
    private static final Pattern PATH = Pattern.compile("/mon/[^/]+/?");

    /** How much of a body is kept before anything is known of its sender, but for what was read with it. */
    private static final int UNPROVEN_BYTES = 64 * 1024;

    private static final long MICROS_IN_MILLI = 1_000;

    private static final HttpAnswer BROKEN = new HttpAnswer(
            500,
            HttpFields.of("Content-Type", "application/problem+json"),
            "{\"title\":\"Internal Server Error\",\"status\":500}".getBytes(StandardCharsets.US_ASCII));

    private final Receiver receiver;
    private final Clock clock;
    private final Consumer<Admission.Admitted> onProven;

    /** What has to wait: the rest of a body, or the next requests. */
    private final Queue<Object> held = new ArrayDeque<>();

    /** Requests that the framework has not answered yet. */
    private int others;

    private @Nullable Exchange current;
    private boolean readsLater;

    /** The last answer of this connection is made: whatever else was asked is not answered, and nothing comes of it. */
    private boolean isClosing;

    private enum Stage {
        ARRIVING,
        JUDGED,
        TAKEN,
        MADE,
        ANSWERED
    }

    /** @param onProven told, by any thread, of who has proven to have sent a request on this connection */
    ExchangeHandler(Receiver receiver, Clock clock, Consumer<Admission.Admitted> onProven) {
        this.receiver = receiver;
        this.clock = clock;
        this.onProven = onProven;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (isClosing) {
            ReferenceCountUtil.release(message);
            return;
        }
        held.add(message);
        if (held.size() == 1) {
            handOn(ctx);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (current != null) {
            current.noMoreForNow();
        }
        ctx.fireChannelReadComplete();
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        if (held.isEmpty() && !isJudged()) {
            ctx.read();
        } else {
            readsLater = true;
        }
    }

    /** What the framework answers. */
    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) throws Exception {
        boolean interim = message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        isClosing |= message instanceof HttpResponse response && !interim && !HttpUtil.isKeepAlive(response);
        super.write(ctx, message, promise);
        if (message instanceof LastHttpContent && !interim) {
            others--;
            if (!held.isEmpty()) {
                ctx.executor().execute(() -> goOn(ctx));
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (current != null) {
            current.giveUp();
        }
        held.forEach(ReferenceCountUtil::release);
        held.clear();
        ctx.fireChannelInactive();
    }

    private void handOn(ChannelHandlerContext ctx) {
        while (!held.isEmpty() && !hasToWait(held.element())) {
            take(ctx, held.remove());
        }
    }

    private boolean hasToWait(Object message) {
        if (message instanceof HttpRequest request) {
            return current != null || (others > 0 && rawPath(request).isPresent());
        }
        return isJudged();
    }

    private boolean isJudged() {
        return current != null && current.stage == Stage.JUDGED;
    }

    private void take(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpRequest request) {
            Optional<String> path = rawPath(request);
            if (path.isPresent()) {
                current = new Exchange(ctx, request, path.get());
            } else {
                others++;
                ctx.fireChannelRead(message);
            }
        } else if (current != null && message instanceof HttpContent content) {
            current.content(content);
        } else {
            ctx.fireChannelRead(message);
        }
    }

    /** Takes up what had to wait. */
    private void goOn(ChannelHandlerContext ctx) {
        if (isClosing) {
            return;
        }
        if (!held.isEmpty()) {
            handOn(ctx);
            channelReadComplete(ctx);
        }
        if (readsLater && held.isEmpty() && !isJudged()) {
            readsLater = false;
            ctx.read();
        }
    }

    /** The path of what is an exchange, or would be if it were right; what is no proper request is left to the framework. */
    private static Optional<String> rawPath(HttpRequest request) {
        if (!request.uri().contains(MON) || request.decoderResult().isFailure()) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(new URI(request.uri()).getRawPath())
                    .filter(path -> PATH.matcher(path).matches());
        } catch (URISyntaxException e) {
            LOG.trace("Not the target of an exchange", e);
            return Optional.empty();
        }
    }

    /** One request, and its answer. */
    private final class Exchange {
        private final ChannelHandlerContext ctx;
        private final HttpVersion version;
        private final HttpRequestHead head;
        private final boolean isToldToGoOn;
        private final ArrivingBody body;
        private Stage stage = Stage.ARRIVING;
        private boolean isWhole;
        private boolean closes;
        private Admission.@Nullable Admitted admitted;
        private @Nullable Future<?> deadline;

        Exchange(ChannelHandlerContext ctx, HttpRequest request, String path) {
            this.ctx = ctx;
            this.version = request.protocolVersion();
            this.closes = !version.isKeepAliveDefault() || !HttpUtil.isKeepAlive(request);
            this.isToldToGoOn = HttpUtil.is100ContinueExpected(request);
            this.body = new ArrivingBody(HttpUtil.getContentLength(request, -1L));
            List<HttpFields.Field> lines = new ArrayList<>();
            for (var line : request.headers()) {
                lines.add(new HttpFields.Field(line.getKey(), line.getValue()));
            }
            this.head = new HttpRequestHead(request.method().name(), path, new HttpFields(lines));
        }

        void content(HttpContent content) {
            try {
                if (stage == Stage.ARRIVING || stage == Stage.TAKEN) {
                    body.add(content.content());
                }
                isWhole = content instanceof LastHttpContent;
                // Behind bytes that can't be read there is no other request.
                closes |= content.decoderResult().isFailure();
            } finally {
                content.release();
            }
            switch (stage) {
                case ARRIVING -> {
                    if (isWhole) {
                        stage = Stage.MADE;
                        make(() -> answer(admit()));
                    } else if (body.length() > UNPROVEN_BYTES) {
                        noMoreForNow();
                    }
                }
                case TAKEN -> {
                    if (body.isTooLong()) {
                        giveUp();
                        finish(receiver.bodyTooLong());
                    } else if (isWhole) {
                        cancelDeadline();
                        stage = Stage.MADE;
                        Moment arrived = Moment.now(clock);
                        Admission.Admitted sender = admitted();
                        make(() -> answer(sender, arrived));
                    }
                }
                case ANSWERED -> {
                    if (content.decoderResult().isFailure()) {
                        isClosing = true;
                        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
                    } else if (isWhole) {
                        end();
                    }
                }
                case JUDGED, MADE -> throw new IllegalStateException("found a part of the body, expected none");
            }
        }

        /** All that could be read is here. */
        void noMoreForNow() {
            if (stage == Stage.ARRIVING) {
                stage = Stage.JUDGED;
                start(() -> {
                    Admission judged = admit();
                    onLoop(() -> judged(judged));
                });
            }
        }

        private void judged(Admission judged) {
            switch (judged) {
                case Admission.Refused(HttpAnswer answer) -> finish(answer);
                case Admission.Admitted sender -> {
                    if (!ctx.channel().isActive()) {
                        sender.close();
                        return;
                    }
                    admitted = sender;
                    stage = Stage.TAKEN;
                    if (sender.wantsBody()) {
                        body.await();
                    } else {
                        body.keepDigestOnly();
                    }
                    deadline = ctx.executor()
                            .schedule(this::isLate, Limits.REQUEST_ARRIVAL.toNanos(), TimeUnit.NANOSECONDS);
                    if (isToldToGoOn && body.length() == 0 && held.isEmpty()) {
                        // The codec takes it for the answer, and would take ours for that of a request behind this one.
                        closes = true;
                        var _ = ctx.writeAndFlush(new DefaultFullHttpResponse(
                                HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
                    }
                    goOn(ctx);
                }
            }
        }

        private void isLate() {
            giveUp();
            closes = true;
            finish(receiver.bodyMissing());
        }

        /** The body does not come. */
        void giveUp() {
            cancelDeadline();
            if (stage == Stage.TAKEN) {
                admitted().close();
            }
        }

        private Admission.Admitted admitted() {
            if (admitted == null) {
                throw new IllegalStateException("found nobody who sends the body, expected a member");
            }
            return admitted;
        }

        private void cancelDeadline() {
            if (deadline != null) {
                deadline.cancel(false);
                deadline = null;
            }
        }

        // ---- What threads of their own do ----

        private Admission admit() {
            return receiver.admit(head);
        }

        private HttpAnswer answer(Admission judged) {
            return switch (judged) {
                case Admission.Refused(HttpAnswer answer) -> answer;
                case Admission.Admitted sender -> {
                    if (!sender.wantsBody()) {
                        body.keepDigestOnly();
                    }
                    yield answer(sender, Moment.now(clock));
                }
            };
        }

        private HttpAnswer answer(Admission.Admitted sender, Moment arrived) {
            try (sender) {
                HttpAnswer answer = sender.wantsBody()
                        ? receiver.answer(sender, body.handOver(), arrived)
                        : receiver.refuse(sender, body.digest(), arrived);
                if (sender.isProven()) {
                    onProven.accept(sender);
                }
                return answer;
            }
        }

        private void make(Supplier<HttpAnswer> answer) {
            start(() -> {
                HttpAnswer made = answer.get();
                onLoop(() -> finish(made));
            });
        }

        private void start(Runnable task) {
            Thread.ofVirtual().name("exchange").start(() -> {
                try {
                    task.run();
                } catch (RuntimeException | Error e) {
                    LOG.error("An exchange could not be answered", e);
                    onLoop(() -> finish(BROKEN));
                }
            });
        }

        private void onLoop(Runnable task) {
            try {
                ctx.executor().execute(task);
            } catch (RejectedExecutionException e) {
                LOG.debug("Not answered, as the node stops: {}", ctx.channel(), e);
            }
        }

        // ---- On the event loop again ----

        private void finish(HttpAnswer answer) {
            stage = Stage.ANSWERED;
            ChannelFuture written = ctx.writeAndFlush(response(answer));
            if (closes) {
                isClosing = true;
                written.addListener(ChannelFutureListener.CLOSE);
            }
            if (isWhole) {
                end();
            } else {
                goOn(ctx);
            }
        }

        private void end() {
            current = null;
            goOn(ctx);
        }

        private FullHttpResponse response(HttpAnswer answer) {
            FullHttpResponse response = new DefaultFullHttpResponse(
                    version, HttpResponseStatus.valueOf(answer.status()), Unpooled.wrappedBuffer(answer.body()));
            answer.fields().lines().forEach(line -> response.headers().add(line.name(), line.value()));
            response.headers().set(HttpHeaderNames.DATE, date());
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length);
            if (closes && version.isKeepAliveDefault()) {
                response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            }
            return response;
        }

        /** RFC 9110 section 5.6.7. */
        @SuppressWarnings("JavaUtilDate") // what Netty formats
        private String date() {
            return DateFormatter.format(new Date(clock.wallMicros() / MICROS_IN_MILLI));
        }
    }
}
