package dev.gibbon.capture.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.capture.program.CaptureFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodNetworkTest {
    private static final String LO = "00000000000000000000000000000001 01 80 10 80       lo\n";
    private static final String ETH0 = "fd000010024400000000000000000011 2a 80 00 80     eth0\n";

    @ParameterizedTest
    @CsvSource({
        "'table ip nat { chain KUBE-SERVICES {', '', KUBE-SERVICES",
        "'table ip kube-proxy', '', table ip kube-proxy",
        "':cali-PREROUTING - [0:0]', '', cali-PREROUTING",
        "':CILIUM_PRE_mangle - [0:0]', '', CILIUM_PRE",
        "'', '  cni0: 0 0 0', cni0",
        "'', 'cali0123456789a: 0 0 0', cali0123456789a",
    })
    void networkOfANodeIsRefused(String rules, String interfaces, String sign) {
        assertThatThrownBy(() -> PodNetwork.requireNotTheNodes(rules, interfaces))
                .isInstanceOf(CaptureFailure.class)
                .hasMessage(
                        "this is the network of a node, for it has "
                                + sign
                                + " (expected: a pod's own; leave pods with hostNetwork out of the"
                                + " mesh)");
    }

    @Test
    void networkOfAPodIsNotRefused() throws CaptureFailure {
        PodNetwork.requireNotTheNodes(
                "table inet gibbon\ntable ip mangle { chain GIBBON_ARRIVING {",
                "    lo: 0 0\n  eth0: 0 0\ndocker0: 0 0");
    }

    @Test
    void ipv6IsThereWhenLoopbackHasAnAddress() throws CaptureFailure {
        assertThat(PodNetwork.families(LO + ETH0)).containsExactly(Family.IPV4, Family.IPV6);
        assertThat(PodNetwork.families(LO)).containsExactly(Family.IPV4, Family.IPV6);
        assertThat(PodNetwork.families("")).containsExactly(Family.IPV4);
    }

    @Test
    void ipv6ThatCouldNotBeCapturedIsRefused() {
        assertThatThrownBy(() -> PodNetwork.families(ETH0))
                .hasMessage(
                        "IPv6 is on for eth0 and off for lo (expected: on for both, or for none; it"
                                + " could not be captured)");
    }
}
