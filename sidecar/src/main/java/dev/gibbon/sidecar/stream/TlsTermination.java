package dev.gibbon.sidecar.stream;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.sidecar.tls.DefaultServerTls;
import dev.gibbon.sidecar.tls.TlsFailures;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;

/**
 * The phase in which the client's TLS is agreed upon, which ends here, by the default certificate.
 */
final class TlsTermination implements Phase.Securing {
    private final Course course;
    private final boolean http;
    private final Runnable next;

    /**
     * @param http whether HTTP is spoken inside
     * @param next leads to the next phase once hands have been shaken
     */
    TlsTermination(Course course, boolean http, Runnable next) {
        this.course = course;
        this.http = http;
        this.next = next;
    }

    @Override
    public void begin() {
        Client client = course.client();
        DefaultServerTls tls = client.surroundings().defaultTls();
        if (tls == null) {
            course.fail(CloseReason.INTERNAL, "this sidecar ends no TLS of clients");
            return;
        }
        ClientHandshake.with(client)
                .start(tls.newHandler(client.channel().alloc(), http), this::shaken);
        if (client.input().hasEnded() && course.isAt(this)) {
            inputEnded();
        }
    }

    private void shaken(Future<Channel> handshake) {
        if (!course.isAt(this)) {
            return;
        }
        if (handshake.isSuccess()) {
            next.run();
        } else {
            course.fail(CloseReason.CLIENT_TLS, TlsFailures.describe(handshake.cause()));
        }
    }

    @Override
    public void inputEnded() {
        course.fail(CloseReason.CLIENT_TLS, "the client closed during the handshake");
    }

    @Override
    public boolean isShakingHands() {
        return true;
    }
}
