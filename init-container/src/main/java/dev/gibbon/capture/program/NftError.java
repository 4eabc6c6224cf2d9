package dev.gibbon.capture.program;

import java.util.List;

/** What nft's complaints mean. */
public final class NftError {
    private static final List<String> NO_KERNEL_SUPPORT =
            List.of(
                    "Unable to initialize Netlink socket",
                    "Protocol not supported",
                    "Operation not supported",
                    "No such file or directory");

    private NftError() {}

    /** One line: the cause and what to do. */
    public static String explain(Program.Result result) {
        String first = result.firstLine();
        if (result.output().contains("Operation not permitted")) {
            return "not permitted to change packet filter rules (run as root, e.g. with sudo, or"
                    + " give the process CAP_NET_ADMIN)";
        }
        if (NO_KERNEL_SUPPORT.stream().anyMatch(result.output()::contains)) {
            return "this kernel does not take the rules (it needs nf_tables with nft_tproxy,"
                    + " nf_tproxy_ipv4, nf_tproxy_ipv6 and nft_socket): "
                    + first;
        }
        return "nft refused the rules: " + first;
    }
}
