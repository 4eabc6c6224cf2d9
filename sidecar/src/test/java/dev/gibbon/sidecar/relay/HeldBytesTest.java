package dev.gibbon.sidecar.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.nio.channels.NotYetConnectedException;
import org.junit.jupiter.api.Test;

class HeldBytesTest {

    @Test
    void aReadBeforeTheConnectIsNotTakenForAnEndOfTheConnection() {
        EmbeddedChannel channel = holding();

        channel.pipeline().fireExceptionCaught(new NotYetConnectedException());
        channel.read();

        channel.checkException();
        assertThat(channel.isActive()).isTrue();
    }

    @Test
    void whatFailsLaterIsToldToTheReceiver() {
        EmbeddedChannel channel = holding();

        channel.pipeline().fireExceptionCaught(new IOException("reset"));
        channel.checkException();
        channel.read();

        assertThatThrownBy(channel::checkException).hasMessageContaining("reset");
    }

    /** What a dialled channel is: it reads only when it is asked to. */
    private static EmbeddedChannel holding() {
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.config().setAutoRead(false);
        channel.pipeline().addLast(new HeldBytes());
        return channel;
    }
}
