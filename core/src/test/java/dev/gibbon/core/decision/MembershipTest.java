package dev.gibbon.core.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.core.net.CidrBlock;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.rule.AddressBlock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MembershipTest {

    @Test
    void aMemberIsReachedAtItsAddressesOnly() {
        Member whole = new Member("whole", "spiffe://m/host/whole", List.of(at("127.0.0.5", null)));
        Member part = new Member("part", "spiffe://m/host/part", List.of(at("fd00::6", 80)));
        Membership membership = Membership.of(List.of(whole, part));

        assertThat(membership.at(address("127.0.0.5:19000"))).contains(whole);
        assertThat(membership.at(address("[fd00::6]:80"))).contains(part);
        assertThat(membership.at(address("[fd00::6]:81"))).isEmpty();
        assertThat(membership.at(address("127.0.0.6:19000"))).isEmpty();
    }

    @Test
    void twoMembersMayShareAnAddressByPorts() {
        Member first = new Member("first", "spiffe://m/host/1", List.of(at("127.0.0.5", 80)));
        Member second = new Member("second", "spiffe://m/host/2", List.of(at("127.0.0.5", 81)));
        Membership membership = Membership.of(List.of(first, second));

        assertThat(membership.at(address("127.0.0.5:80"))).contains(first);
        assertThat(membership.at(address("127.0.0.5:81"))).contains(second);
    }

    @Test
    void theFirstOfTwoThatClaimOneAddressHasIt() {
        Member first = new Member("first", "spiffe://m/host/1", List.of(at("127.0.0.5", null)));
        Member second = new Member("second", "spiffe://m/host/2", List.of(at("127.0.0.5", 80)));

        assertThat(Membership.of(List.of(first, second)).at(address("127.0.0.5:80")))
                .contains(first);
    }

    @Test
    void sidecarsAreKnownByTheirWorkloadsAndByWhatTheyDialFrom() {
        Member member =
                new Member(
                        "a",
                        "spiffe://m/host/a",
                        List.of(at("127.0.0.2", 80)),
                        List.of(IpAddress.of("127.0.0.3")));
        Membership membership = Membership.of(List.of(member));

        assertThat(membership.isSource(IpAddress.of("127.0.0.2"))).isTrue();
        assertThat(membership.isSource(IpAddress.of("127.0.0.3"))).isTrue();
        assertThat(membership.isSource(IpAddress.of("127.0.0.4"))).isFalse();
    }

    @Test
    void aBlockOfAddressesIsRefused() {
        Member member =
                new Member(
                        "a",
                        "spiffe://m/host/a",
                        List.of(
                                new AddressBlock(
                                        CidrBlock.parse("10.0.0.0/8").orElseThrow(), null)));

        assertThatThrownBy(() -> Membership.of(List.of(member)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("workload a")
                .hasMessageContaining("a single address");
    }

    private static AddressBlock at(String ip, @Nullable Integer port) {
        return new AddressBlock(CidrBlock.parse(ip).orElseThrow(), port);
    }

    private static IpPort address(String text) {
        return IpPort.parse(text).orElseThrow();
    }
}
