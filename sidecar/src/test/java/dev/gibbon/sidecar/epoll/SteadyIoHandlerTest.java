package dev.gibbon.sidecar.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.epoll.EpollIoOps;
import org.junit.jupiter.api.Test;

class SteadyIoHandlerTest {

    @Test
    void emptyInterestStaysRegisteredEdgeTriggered() {
        assertThat(SteadyIoHandler.steady(EpollIoOps.NONE)).isEqualTo(EpollIoOps.EPOLLET);
        assertThat(SteadyIoHandler.steady(EpollIoOps.EPOLLRDHUP)).isEqualTo(EpollIoOps.EPOLLET);
    }

    @Test
    void otherInterestIsKeptWithoutTheHangUpOfThePeer() {
        assertThat(SteadyIoHandler.steady(EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLRDHUP)))
                .isEqualTo(EpollIoOps.EPOLLIN);
        assertThat(SteadyIoHandler.steady(EpollIoOps.EPOLLOUT)).isEqualTo(EpollIoOps.EPOLLOUT);
    }
}
