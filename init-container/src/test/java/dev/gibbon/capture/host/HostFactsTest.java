package dev.gibbon.capture.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.capture.program.CaptureFailure;
import dev.gibbon.capture.program.NftError;
import dev.gibbon.capture.program.Program;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostFactsTest {
    private static final Optional<Program> NFT =
            Optional.of(new Program("nft", List.of("/usr/sbin/nft")));

    @Test
    void hostWithEverythingGivesTheProgram() throws CaptureFailure {
        assertThat(new HostFacts("Linux", true, NFT).requireNft()).isEqualTo(NFT.orElseThrow());
    }

    @Test
    void whatIsMissingIsSaidWithWhatToDo() {
        assertRefused(
                new HostFacts("Mac OS X", true, NFT),
                "transparent capture needs Linux, and this is Mac OS X (let clients connect to the"
                        + " sidecar's ports directly)");
        assertRefused(
                new HostFacts("Linux", false, NFT),
                "not permitted to change packet filter rules (run as root, e.g. with sudo, or give"
                        + " the process CAP_NET_ADMIN)");
        assertRefused(
                new HostFacts("Linux", true, Optional.empty()),
                "nft not found in PATH (install it: apt-get install nftables)");
    }

    private static void assertRefused(HostFacts facts, String message) {
        assertThatThrownBy(facts::requireNft)
                .isInstanceOf(CaptureFailure.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Operation not permitted (you must be root) | not permitted to change packet filter"
                        + " rules (run as root, e.g. with sudo, or give the process CAP_NET_ADMIN)",
                "Unable to initialize Netlink socket: Protocol not supported | this kernel does not"
                        + " take the rules (it needs nf_tables with nft_tproxy, nf_tproxy_ipv4,"
                        + " nf_tproxy_ipv6 and nft_socket): Unable to initialize Netlink socket:"
                        + " Protocol not supported",
                "Error: syntax error | nft refused the rules: Error: syntax error",
                "'' | nft refused the rules: (no message)"
            })
    void complaintsOfNftBecomeOneLine(String output, String message) {
        assertThat(NftError.explain(new Program.Result(1, output)))
                .isEqualTo(message.strip())
                .doesNotContain("\n");
    }

    @Test
    void programThatFailsIsExplained() {
        Nft failing = Nft.ofCommand(List.of("sh", "-c", "echo Error: bad rule >&2; exit 1"));
        Nft missing = Nft.ofCommand(List.of("/nonexistent/nft"));

        Nft verbose =
                Nft.ofCommand(List.of("sh", "-c", "yes Error: long | head -c 1000000; exit 1"));

        assertThatThrownBy(verbose::remove).hasMessage("nft refused the rules: Error: long");
        assertThatThrownBy(failing::remove).hasMessage("nft refused the rules: Error: bad rule");
        assertThatThrownBy(missing::remove).hasMessageStartingWith("cannot run /nonexistent/nft: ");
    }
}
