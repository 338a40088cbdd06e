package io.distomon.node.connections;

import io.distomon.core.Clock;
import io.distomon.core.login.SourceAddress;
import io.distomon.node.pipeline.PipelinePart;
import io.distomon.node.proxies.Proxies;
import io.micronaut.context.annotation.Property;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpRequestWrapper;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives every connection its deadlines, its pace, and each of its requests a length, and closes those that are too many.
 * Those to the management port are counted by themselves: whatever happens to the API, probes get through.
 */
@Singleton
public final class ConnectionLimits implements PipelinePart {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionLimits.class);

    /** What answers that nobody reads may take of the heap's size, by port; they are kept beside it. */
    private static final int PART_OF_HEAP = 8;

    private static final int PART_OF_HEAP_FOR_MANAGEMENT = 32;

    private final ConnectionProperties properties;
    private final int managementPort;
    private final Clock clock;
    private final Proxies proxies;
    private final OpenConnections<Channel> api;
    private final OpenConnections<Channel> management;
    private final Budgets budgets = new Budgets();
    private final Map<Closure, LongAdder> closed = new EnumMap<>(Closure.class);
    private final LongAdder pauses = new LongAdder();

    ConnectionLimits(
            ConnectionProperties properties,
            @Property(name = "endpoints.all.port") int managementPort,
            Clock clock,
            Proxies proxies) {
        long heapBytes = Runtime.getRuntime().maxMemory();
        this.properties = properties;
        this.managementPort = managementPort;
        this.clock = clock;
        this.proxies = proxies;
        this.api = new OpenConnections<>(properties.max(), properties.share(), heapBytes / PART_OF_HEAP);
        this.management = new OpenConnections<>(
                properties.managementMax(), properties.managementMax(), heapBytes / PART_OF_HEAP_FOR_MANAGEMENT);
        for (Closure reason : Closure.values()) {
            closed.put(reason, new LongAdder());
        }
    }

    /** How many there are and were. */
    public ConnectionCounts counts() {
        Map<Closure, Long> counts = new EnumMap<>(Closure.class);
        closed.forEach((reason, count) -> counts.put(reason, count.sum()));
        return new ConnectionCounts(
                new ConnectionCounts.OfPort(api.count(), properties.max()),
                new ConnectionCounts.OfPort(management.count(), properties.managementMax()),
                counts,
                pauses.sum());
    }

    @Override
    public void addTo(Channel connection) {
        OpenConnections<Channel> connections = isManagement(connection) ? management : api;
        Consumer<Closure> onClose = reason -> closes(connection, reason);
        Traffic traffic = new Traffic(connection, connections);
        RequestDeadlines deadlines = new RequestDeadlines(traffic::turn, onClose);
        RequestLength length = new RequestLength(onClose);
        Pace pace = new Pace(traffic);
        ChannelPipeline pipeline = connection.pipeline();
        String codec = ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC;
        pipeline.addBefore(codec, "pace", pace);
        pipeline.addBefore(codec, "deadline-bytes", deadlines.bytes());
        pipeline.addBefore(codec, "length-bytes", length.bytes());
        pipeline.addAfter(codec, "deadlines", deadlines);
        pipeline.addAfter(codec, "length", length);
        pipeline.addAfter(codec, "pace-requests", pace.requests());
        opened(connection, connections);
    }

    private void opened(Channel connection, OpenConnections<Channel> connections) {
        if (!(connection.remoteAddress() instanceof InetSocketAddress from)) {
            // Gone already.
            return;
        }
        SourceAddress source = SourceAddress.of(from.getAddress());
        Owner owner = proxies.trusts(from.getAddress()) ? new Owner.Proxy(source) : new Owner.Stranger(source);
        close(connections.opened(connection, owner), Closure.TOO_MANY);
        connection.closeFuture().addListener(done -> connections.closed(connection));
    }

    /** This request proves whose its connection is. */
    public void belongsTo(HttpRequest<?> request, Owner owner) {
        connection(request).ifPresent(connection -> belongsTo(connection, owner));
    }

    /** Closes the connection on which this request came. */
    public void close(HttpRequest<?> request, Closure reason) {
        close(connection(request), reason);
    }

    private static Optional<Channel> connection(HttpRequest<?> request) {
        HttpRequest<?> innermost = request;
        while (innermost instanceof HttpRequestWrapper<?> wrapper) {
            innermost = wrapper.getDelegate();
        }
        return innermost instanceof NettyHttpRequest<?> netty
                ? Optional.of(netty.getChannelHandlerContext().channel())
                : Optional.empty();
    }

    /** A request on this connection has proven whose it is. */
    public void belongsTo(Channel connection, Owner owner) {
        close(api.belongsTo(connection, owner), Closure.OVER_SHARE);
    }

    /** Whether it is a connection to the management port. */
    public boolean isManagement(Channel channel) {
        return channel.localAddress() instanceof InetSocketAddress to && to.getPort() == managementPort;
    }

    private void close(Optional<Channel> tooMuch, Closure reason) {
        tooMuch.ifPresent(channel -> {
            closes(channel, reason);
            channel.close().addListener(done -> LOG.debug("Closed ({}): {}", reason.wireName(), channel));
        });
    }

    private void closes(Channel channel, Closure reason) {
        if (channel.isOpen()) {
            Objects.requireNonNull(closed.get(reason)).increment();
        }
    }

    /**
     * What comes and goes on one connection. That to the management port counts for nobody's budget; what a proxy brings
     * for that of whom it brings it from.
     */
    private final class Traffic implements Pace.Traffic {
        private final Channel channel;
        private final OpenConnections<Channel> connections;
        private final @Nullable InetAddress proxy;

        Traffic(Channel channel, OpenConnections<Channel> connections) {
            this.channel = channel;
            this.connections = connections;
            this.proxy = channel.remoteAddress() instanceof InetSocketAddress from && proxies.trusts(from.getAddress())
                    ? from.getAddress()
                    : null;
        }

        void turn(RequestDeadlines.Turn turn) {
            connections.waitsForAnswer(channel, turn == RequestDeadlines.Turn.NODE);
            if (proxy != null && turn == RequestDeadlines.Turn.NOBODY) {
                connections.carries(channel, new Owner.Proxy(SourceAddress.of(proxy)));
            }
        }

        @Override
        public boolean hasToWait() {
            boolean waits = payer().filter(owner -> budgets.isUsedUp(owner, clock.monotonicNanos()))
                    .isPresent();
            if (waits) {
                pauses.increment();
            }
            return waits;
        }

        @Override
        public boolean request(io.netty.handler.codec.http.HttpRequest head) {
            if (proxy != null) {
                InetAddress client = proxies.client(proxy, head.headers()::getAll);
                connections.carries(channel, new Owner.Stranger(SourceAddress.of(client)));
                if (hasToWait()) {
                    return true;
                }
            }
            payer().ifPresent(owner -> budgets.request(owner, clock.monotonicNanos()));
            return false;
        }

        @Override
        public void read(int bytes) {
            payer().ifPresent(owner -> budgets.bytes(owner, bytes, clock.monotonicNanos()));
        }

        @Override
        public void written(int bytes) {
            read(bytes);
            close(connections.unread(channel, bytes), Closure.UNREAD);
        }

        @Override
        public void sent(int bytes) {
            connections.unread(channel, -bytes);
        }

        private Optional<Owner> payer() {
            return api.owner(channel).filter(owner -> !(owner instanceof Owner.Proxy));
        }
    }
}
