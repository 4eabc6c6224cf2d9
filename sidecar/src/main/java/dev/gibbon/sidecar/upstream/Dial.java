package dev.gibbon.sidecar.upstream;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.decision.DialPlan;
import dev.gibbon.core.decision.DialSource;
import dev.gibbon.core.decision.Upstream;
import dev.gibbon.core.destination.Destination;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.sidecar.relay.Endings;
import dev.gibbon.sidecar.telemetry.Telemetry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One dial: resolve, then try addresses until a connection stands or the Service's retries are used
 * up. Confined to its event loop.
 */
final class Dial {
    // Kong's default of a Service's connect_timeout.
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);
    // A node that is gone answers nothing, and another endpoint is better than to wait for it.
    private static final Duration ENDPOINT_TIMEOUT = Duration.ofSeconds(3);
    private static final int DEFAULT_RETRIES = 0;
    // How many ports are tried before the range counts as used up.
    private static final int SOURCE_ATTEMPTS = 64;

    private final EventLoop loop;
    private final DialRequest request;
    private final HostResolver resolver;
    private final Sockets sockets;
    private final UpstreamTlsHandshake tls;
    private final Telemetry telemetry;
    private final Promise<UpstreamConnection> result;
    private List<IpPort> addresses = List.of();
    private int attempt;
    private @Nullable Channel current;

    Dial(
            EventLoop loop,
            DialRequest request,
            HostResolver resolver,
            Sockets sockets,
            UpstreamTlsHandshake tls,
            Telemetry telemetry) {
        this.loop = loop;
        this.request = request;
        this.resolver = resolver;
        this.sockets = sockets;
        this.tls = tls;
        this.telemetry = telemetry;
        this.result = loop.newPromise();
        result.addListener(done -> {
            if (!done.isSuccess() && current != null) {
                Endings.reset(current);
            }
        });
    }

    Future<UpstreamConnection> result() {
        return result;
    }

    void start() {
        Upstream upstream = request.upstream();
        Destination destination = upstream.destination();
        if (destination != null) {
            if (request.endpoints().isEmpty()) {
                result.tryFailure(
                        new ConnectException(
                                CloseReason.UPSTREAM_REFUSED,
                                "destination " + destination.name() + " has no endpoint now"));
                return;
            }
            addresses = request.endpoints();
            next();
            return;
        }
        IpAddress literal = IpAddress.parse(upstream.host()).orElse(null);
        if (literal != null) {
            resolved(List.of(literal));
            return;
        }
        resolver.resolve(loop, upstream.host())
                .addListener(
                        (FutureListener<List<IpAddress>>)
                                answer -> {
                                    if (answer.isSuccess()) {
                                        resolved(answer.getNow());
                                    } else {
                                        result.tryFailure(
                                                new ConnectException(
                                                        CloseReason.NAME_RESOLUTION,
                                                        "host "
                                                                + upstream.host()
                                                                + " has no address"));
                                    }
                                });
    }

    private void resolved(List<IpAddress> found) {
        int port = request.upstream().port();
        addresses = found.stream().map(ip -> new IpPort(ip, port)).toList();
        next();
    }

    private void next() {
        if (result.isDone()) {
            return;
        }
        IpPort address = addresses.get(attempt % addresses.size());
        attempt++;
        DialPlan plan =
                request.decisions().dial(request.upstream(), address, request.leg().source().ip());
        switch (plan) {
            case DialPlan.Refuse(CloseReason reason, String detail) ->
                    failed(new ConnectException(reason, detail), System.nanoTime());
            case DialPlan.Dial dial ->
                    connect(
                            dial,
                            dial.source() instanceof DialSource.Client,
                            SOURCE_ATTEMPTS,
                            System.nanoTime());
        }
    }

    private void connect(DialPlan.Dial plan, boolean foreign, int sourcesLeft, long started) {
        ChannelFuture connecting = sockets.connect(loop, plan, foreign, timeout());
        current = connecting.channel();
        connecting.addListener(
                (ChannelFutureListener)
                        future -> {
                            if (result.isDone()) {
                                Endings.reset(future.channel());
                            } else if (future.isSuccess()) {
                                shakeHands(plan, future.channel(), started);
                            } else if (Sockets.isSourceTaken(future.cause()) && sourcesLeft > 0) {
                                anotherSource(plan, foreign, sourcesLeft, started, future.cause());
                            } else {
                                failed(Sockets.failure(plan.address(), future.cause()), started);
                            }
                        });
    }

    /** The next port for a client's address; for a fixed one, whether it may be a foreign one. */
    private void anotherSource(
            DialPlan.Dial plan,
            boolean foreign,
            int sourcesLeft,
            long started,
            @Nullable Throwable cause) {
        switch (plan.source()) {
            case DialSource.Client _ -> connect(plan, true, sourcesLeft - 1, started);
            case DialSource.Fixed _ when !foreign -> connect(plan, true, 0, started);
            case DialSource.Fixed _, DialSource.Any _ ->
                    failed(Sockets.failure(plan.address(), cause), started);
        }
    }

    private void shakeHands(DialPlan.Dial plan, Channel channel, long started) {
        tls.protect(channel, plan.address(), plan.tls(), request)
                .addListener(
                        (FutureListener<UpstreamConnection>)
                                done -> {
                                    if (!done.isSuccess()) {
                                        handshakeFailed(asFailure(done.cause()), started);
                                        return;
                                    }
                                    telemetry.dialled(
                                            CloseReason.FINISHED, System.nanoTime() - started);
                                    if (!result.trySuccess(done.getNow())) {
                                        Endings.reset(channel);
                                    }
                                });
    }

    private static ConnectException asFailure(@Nullable Throwable cause) {
        return cause instanceof ConnectException failure
                ? failure
                : new ConnectException(CloseReason.INTERNAL, String.valueOf(cause));
    }

    /** Another address of a host will say the same; another endpoint is another peer. */
    private void handshakeFailed(ConnectException failure, long started) {
        if (request.upstream().destination() == null) {
            finalFailure(failure, started);
        } else {
            failed(failure, started);
        }
    }

    /** Nothing has been sent yet: another attempt may follow. */
    private void failed(ConnectException failure, long started) {
        if (attempt <= retries()) {
            telemetry.dialled(failure.reason(), System.nanoTime() - started);
            next();
        } else {
            finalFailure(failure, started);
        }
    }

    private void finalFailure(ConnectException failure, long started) {
        telemetry.dialled(failure.reason(), System.nanoTime() - started);
        result.tryFailure(failure);
    }

    private int retries() {
        if (request.upstream().destination() != null) {
            // One that has refused is not asked again: the client learns it at once, as it would
            // have without a sidecar.
            return request.endpoints().size() - 1;
        }
        Service service = request.upstream().service();
        return service == null ? DEFAULT_RETRIES : service.retries();
    }

    private Duration timeout() {
        Service service = request.upstream().service();
        if (service != null) {
            return Duration.ofMillis(service.connectTimeout());
        }
        return attempt <= retries() ? ENDPOINT_TIMEOUT : DEFAULT_TIMEOUT;
    }
}
