package io.distomon.node.polls;

import io.distomon.core.Clock;
import io.distomon.core.exchange.Limits;
import io.distomon.node.outgoing.PollProxies;
import io.distomon.node.outgoing.ProxySetting;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 connections to peers, kept from one request to the next. Proxies are those of the environment; no
 * redirect is followed: who is asked is what the config says. Safe for use by many threads.
 */
public final class PeerConnections implements AutoCloseable {
    /**
     * How long one that nobody uses is kept: polls that are a minute apart find it again. Shorter than a node (90 s) and
     * nginx (75 s) wait for another request, so that it is seldom closed just as it is used.
     */
    static final Duration KEPT = Duration.ofSeconds(70);

    /** A peer takes no more requests at once of one sender. */
    private static final int MAX_KEPT = Limits.MAX_CONCURRENT_REQUESTS;

    private static final int MAX_CHUNK_BYTES = 64 * 1024;

    private final EventLoopGroup loops;
    private final Supplier<SSLContext> tls;
    private final PollProxies proxies;
    private final Clock clock;
    private final Duration kept;
    private final Runnable atEnd;
    private final ChannelGroup open = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE, true);

    /** Those that nobody uses, the last used first. Guarded by this. */
    private final Map<Place, Deque<Connection>> idle = new HashMap<>();

    /**
     * Where requests go that may follow each other on one connection.
     *
     * @param tls whom it trusts; null without TLS
     * @param address what it connects to: the peer's, or a proxy's
     * @param tunnel to which host and port a proxy's CONNECT leads; null without
     */
    record Place(
            @Nullable SSLContext tls,
            String host,
            InetSocketAddress address,
            @Nullable InetSocketAddress tunnel) {
        static Place of(HttpCall call, InetAddress address, Supplier<SSLContext> tls) {
            return new Place(
                    call.isTls() ? tls.get() : null,
                    call.host(),
                    new InetSocketAddress(address, call.nextPort()),
                    call.isTunnelled() ? InetSocketAddress.createUnresolved(call.host(), call.port()) : null);
        }

        /** By two parts: what records have by themselves is as slow as the rest of a look for a connection. */
        @Override
        public int hashCode() {
            return 31 * host.hashCode() + address.hashCode();
        }

        /** The port that is asked at last. */
        int port() {
            return tunnel == null ? address.getPort() : tunnel.getPort();
        }
    }

    /**
     * Connections on event loops that others end.
     *
     * @param tls asked at each request: who was trusted earlier is not asked on a connection that was kept
     */
    public PeerConnections(EventLoopGroup loops, Supplier<SSLContext> tls, Clock clock) {
        this(loops, tls, new PollProxies(new ProxySetting(System::getenv)), clock, KEPT, () -> {});
    }

    PeerConnections(
            EventLoopGroup loops,
            Supplier<SSLContext> tls,
            PollProxies proxies,
            Clock clock,
            Duration kept,
            Runnable atEnd) {
        this.loops = loops;
        this.tls = tls;
        this.proxies = proxies;
        this.clock = clock;
        this.kept = kept;
        this.atEnd = atEnd;
    }

    /** Others on the same event loops, none of which is shared with these. */
    public PeerConnections trusting(Supplier<SSLContext> others) {
        return new PeerConnections(loops, others, proxies, clock, kept, () -> {});
    }

    /** Connections on an event loop of their own, for who runs no node. */
    public static PeerConnections alone(Supplier<SSLContext> tls, Clock clock) {
        return alone(tls, new PollProxies(new ProxySetting(System::getenv)), clock);
    }

    static PeerConnections alone(Supplier<SSLContext> tls, PollProxies proxies, Clock clock) {
        EventLoopGroup loop =
                new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("polls", true), NioIoHandler.newFactory());
        return new PeerConnections(loop, tls, proxies, clock, KEPT, () -> {
            var _ = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        });
    }

    /** The call by the way that it goes. */
    HttpCall routed(HttpCall call) {
        return call.by(proxies.of(call.uri()));
    }

    /**
     * Begins a request, on a connection that was kept if there is one.
     *
     * @param within when it takes longer it has failed
     * @param isNew whether it needs a new connection
     */
    Attempt begin(HttpCall call, InetAddress address, Duration within, boolean isNew) {
        Place place = Place.of(call, address, tls);
        Connection known = isNew ? null : take(place);
        EventLoop loop = known == null ? loops.next() : known.channel().eventLoop();
        Attempt attempt = new Attempt(call, place.address(), known != null, loop);
        attempt.onLoop(() -> {
            attempt.within(within);
            if (known == null) {
                connect(place, loop, attempt);
            } else {
                known.send(attempt);
            }
        });
        return attempt;
    }

    private void connect(Place place, EventLoop loop, Attempt attempt) {
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0) // the attempt's own deadline is for all
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        open.add(channel);
                        prepare(place, channel);
                    }
                });
        if (place.tunnel() != null) {
            bootstrap.resolver(NoopAddressResolverGroup.INSTANCE); // the proxy looks the name up
        }
        var connecting = bootstrap.connect(place.tunnel() == null ? place.address() : place.tunnel());
        attempt.on(connecting.channel());
        connecting.addListener(connected -> {
            if (connected.isSuccess()) {
                connecting.channel().pipeline().get(Connection.class).send(attempt);
            } else {
                attempt.failed(unconnected(connected.cause()));
            }
        });
    }

    /** Makes a channel a connection. */
    void prepare(Place place, Channel channel) {
        if (place.tunnel() != null) {
            HttpProxyHandler proxy = new HttpProxyHandler(place.address());
            proxy.setConnectTimeoutMillis(0);
            channel.pipeline().addLast(proxy);
        }
        if (place.tls() != null) {
            // Handshakes take milliseconds, in which others would wait.
            SslHandler handler = new SslHandler(
                    engine(place.tls(), place.host(), place.port()),
                    task -> Thread.ofVirtual().name("handshake").start(task));
            handler.setHandshakeTimeoutMillis(0);
            channel.pipeline().addLast(handler);
        }
        channel.pipeline()
                .addLast(new HttpClientCodec(
                        new HttpDecoderConfig()
                                .setMaxHeaderSize(Limits.MAX_HEAD_BYTES)
                                .setMaxChunkSize(MAX_CHUNK_BYTES),
                        false,
                        false))
                .addLast(new IdleStateHandler(0, 0, kept.toMillis(), TimeUnit.MILLISECONDS))
                .addLast(new Connection(this, place, channel, clock));
    }

    /** The certificate has to name the host (RFC 9110, section 4.3.4). */
    private static SSLEngine engine(SSLContext tls, String host, int port) {
        String address = host.replaceFirst("%.*", "");
        String named = address.endsWith(".") ? address.substring(0, address.length() - 1) : address;
        SSLEngine engine = tls.createSSLEngine(named, port);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        if (!Addresses.isLiteral(named)) {
            parameters.setServerNames(List.of(new SNIHostName(named)));
        }
        engine.setSSLParameters(parameters);
        return engine;
    }

    private static IOException unconnected(Throwable cause) {
        return switch (cause) {
            case ConnectException refused -> refused;
            case NoRouteToHostException noRoute -> noRoute;
            default -> {
                ConnectException failure = new ConnectException(cause.getMessage());
                failure.initCause(cause);
                yield failure;
            }
        };
    }

    private synchronized @Nullable Connection take(Place place) {
        Deque<Connection> there = idle.get(place);
        if (there == null) {
            return null;
        }
        Connection taken = there.pollFirst();
        if (there.isEmpty()) {
            idle.remove(place);
        }
        return taken;
    }

    /** Nobody uses it for now. */
    synchronized void keep(Connection connection) {
        Deque<Connection> there = idle.computeIfAbsent(connection.place(), place -> new ArrayDeque<>());
        there.addFirst(connection);
        if (there.size() > MAX_KEPT) {
            there.removeLast().close();
        }
    }

    /** It is closed. */
    synchronized void forget(Connection connection) {
        Deque<Connection> there = idle.get(connection.place());
        if (there != null && there.remove(connection) && there.isEmpty()) {
            idle.remove(connection.place());
        }
    }

    /** Closes all; who waits for an answer has none. */
    @Override
    public void close() {
        var _ = open.close();
        atEnd.run();
    }
}
