package io.distomon.node.connections;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpRequestWrapper;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives every connection its deadlines and each of its requests a length, and closes those that are too many. */
@Singleton
public final class ConnectionLimits implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionLimits.class);

    private final int max;
    private final OpenConnections<Channel> connections;
    private final Map<Closure, LongAdder> closed = new EnumMap<>(Closure.class);

    ConnectionLimits(ConnectionProperties properties) {
        this.max = properties.max();
        this.connections = new OpenConnections<>(max);
        for (Closure reason : Closure.values()) {
            closed.put(reason, new LongAdder());
        }
    }

    /** How many there are and were. */
    public ConnectionCounts counts() {
        Map<Closure, Long> counts = new EnumMap<>(Closure.class);
        closed.forEach((reason, count) -> counts.put(reason, count.sum()));
        return new ConnectionCounts(connections.count(), max, counts);
    }

    @Override
    public NettyServerCustomizer.Registry onCreated(BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
        NettyServerCustomizer.Registry registry = event.getBean();
        registry.register(new NettyServerCustomizer() {
            @Override
            public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
                return role == ChannelRole.CONNECTION ? new Connection(channel) : this;
            }
        });
        return registry;
    }

    /** The connection of this request has carried one of somebody known. */
    void known(HttpRequest<?> request) {
        HttpRequest<?> innermost = request;
        while (innermost instanceof HttpRequestWrapper<?> wrapper) {
            innermost = wrapper.getDelegate();
        }
        if (innermost instanceof NettyHttpRequest<?> netty) {
            connections.known(netty.getChannelHandlerContext().channel());
        }
    }

    private void opened(Channel channel) {
        if (!(channel.remoteAddress() instanceof InetSocketAddress from)) {
            // Gone already.
            return;
        }
        connections.opened(channel, Source.of(from.getAddress())).ifPresent(tooMany -> {
            closes(tooMany, Closure.TOO_MANY);
            tooMany.close().addListener(done -> LOG.debug("Too many connections: closed {}", tooMany));
        });
        channel.closeFuture().addListener(done -> connections.closed(channel));
    }

    private void closes(Channel channel, Closure reason) {
        if (channel.isOpen()) {
            Objects.requireNonNull(closed.get(reason)).increment();
        }
    }

    private final class Connection implements NettyServerCustomizer {
        private final Channel channel;

        Connection(Channel channel) {
            this.channel = channel;
        }

        @Override
        public void onStreamPipelineBuilt() {
            RequestDeadlines deadlines = new RequestDeadlines(
                    ours -> connections.waitsForAnswer(channel, ours), reason -> closes(channel, reason));
            RequestLength length = new RequestLength(reason -> closes(channel, reason));
            ChannelPipeline pipeline = channel.pipeline();
            String codec = ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC;
            pipeline.addBefore(codec, "deadline-bytes", deadlines.bytes());
            pipeline.addBefore(codec, "length-bytes", length.bytes());
            pipeline.addAfter(codec, "deadlines", deadlines);
            pipeline.addAfter(codec, "length", length);
            opened(channel);
        }
    }
}
