package dev.gibbon.sidecar.upstream;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.decision.DialPlan;
import dev.gibbon.core.decision.DialSource;
import dev.gibbon.core.decision.Upstream;
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
    private List<IpAddress> addresses = List.of();
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
        addresses = found;
        next();
    }

    private void next() {
        if (result.isDone()) {
            return;
        }
        IpPort address =
                new IpPort(addresses.get(attempt % addresses.size()), request.upstream().port());
        attempt++;
        DialPlan plan =
                request.decider().dial(request.upstream(), address, request.leg().source().ip());
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
                                        finalFailure(asFailure(done.cause()), started);
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
        Service service = request.upstream().service();
        return service == null ? DEFAULT_RETRIES : service.retries();
    }

    private Duration timeout() {
        Service service = request.upstream().service();
        return service == null ? DEFAULT_TIMEOUT : Duration.ofMillis(service.connectTimeout());
    }
}
