package dev.gibbon.controlplane.authority;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.feed.FeedResource.WorkloadResource;
import dev.gibbon.core.feed.WorkloadAddress;
import dev.gibbon.core.identity.SpiffeId;
import dev.gibbon.core.identity.TrustDomain;
import dev.gibbon.core.join.CertificateOrder;
import dev.gibbon.core.join.Refusal;
import dev.gibbon.core.net.IpAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistrationCheckTest {
    /** Addresses are separated by blanks, the ports of one by slashes; no ports are all ports. */
    @ParameterizedTest
    @CsvSource({
        "127.0.0.5:80, 127.0.0.5:80, 127.0.0.5:80",
        "127.0.0.5, 127.0.0.5, 127.0.0.5",
        "127.0.0.5, 127.0.0.5:80/443, 127.0.0.5:80",
        "127.0.0.5:443/80, 127.0.0.5, 127.0.0.5:80",
        "127.0.0.5:80/443/9000, 127.0.0.5:9000/443/8000, 127.0.0.5:443",
        "127.0.0.5:80, 127.0.0.5:443, ",
        "127.0.0.5, 127.0.0.6, ",
        "127.0.0.5:80, 127.0.0.6:80, ",
        "127.0.0.6:80 127.0.0.5:80, 127.0.0.7 127.0.0.5:80, 127.0.0.5:80",
        "::1, ::1 127.0.0.5, ::1",
        "'', 127.0.0.5, ",
        "127.0.0.5, '', "
    })
    void workloadOfAnotherSidecarIsTaken(
            String wanted, String registered, @Nullable String overlap) {
        List<WorkloadResource> others = List.of(registered("gibbon-b", registered));

        String message =
                RegistrationCheck.addressTaken(order("gibbon-x", wanted), others)
                        .map(Refusal::message)
                        .orElse(null);

        if (overlap == null) {
            assertThat(message).isNull();
        } else {
            assertThat(message)
                    .isEqualTo(
                            "workload: "
                                    + overlap
                                    + " is that of sidecar gibbon-b (expected: an address that no"
                                    + " other sidecar declares); if gibbon-b is gone for good:"
                                    + " gibbon workload remove gibbon-b");
        }
    }

    @Test
    void ownRegistrationTakesNothingFromItself() {
        assertThat(
                        RegistrationCheck.addressTaken(
                                order("gibbon-b", "127.0.0.5:80"),
                                List.of(registered("gibbon-b", "127.0.0.5"))))
                .isEmpty();
    }

    /** What {@code gibbon-b} orders, against a registration with workload 127.0.0.5:80/443. */
    @ParameterizedTest
    @CsvSource({
        "127.0.0.4, 127.0.0.5:80/443, false",
        "127.0.0.4, 127.0.0.5:443/80, false",
        "127.0.0.4, '', false",
        "127.0.0.4, 127.0.0.5, true",
        "127.0.0.4, 127.0.0.5:80, true",
        "127.0.0.4, 127.0.0.5:80/443 127.0.0.6, true",
        "127.0.0.3, 127.0.0.5:80/443, true",
        "127.0.0.3, '', true"
    })
    void orderOfTheSameNameDiffers(String address, String workload, boolean differs) {
        CertificateOrder order =
                new CertificateOrder(
                        "", "gibbon-b", List.of(IpAddress.of(address)), addresses(workload), null);

        assertThat(RegistrationCheck.differs(order, registered("gibbon-b", "127.0.0.5:80/443")))
                .isEqualTo(differs);
    }

    private static CertificateOrder order(String name, String workload) {
        return new CertificateOrder(
                "", name, List.of(IpAddress.of("127.0.0.1")), addresses(workload), null);
    }

    private static WorkloadResource registered(String name, String workload) {
        SpiffeId id = SpiffeId.host(new TrustDomain("test"), name);
        return new WorkloadResource(
                name, id, addresses(workload), List.of(IpAddress.of("127.0.0.4")));
    }

    private static List<WorkloadAddress> addresses(String text) {
        return Arrays.stream(text.split(" ", -1))
                .filter(one -> !one.isEmpty())
                .map(RegistrationCheckTest::address)
                .toList();
    }

    private static WorkloadAddress address(String text) {
        int colon = text.equals("::1") ? -1 : text.indexOf(':');
        String ip = colon < 0 ? text : text.substring(0, colon);
        String ports = colon < 0 ? "" : text.substring(colon + 1);
        return new WorkloadAddress(
                IpAddress.of(ip),
                Arrays.stream(ports.split("/", -1))
                        .filter(port -> !port.isEmpty())
                        .map(Integer::valueOf)
                        .collect(Collectors.toSet()));
    }
}
