package dev.gibbon.capture.host;

import static dev.gibbon.capture.program.NftWords.CLEAR;
import static dev.gibbon.capture.program.NftWords.NEW;
import static dev.gibbon.capture.program.NftWords.WHOLE_SOCKET;

import dev.gibbon.capture.host.CaptureRule.Match;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Rules in the language of {@code nft -f}. A script is one transaction: it takes effect as a whole
 * or not at all, and gives the same result however often it runs.
 */
public final class NftScript {
    private NftScript() {}

    /** The script that puts exactly these rules in place. */
    public static String apply(CapturePlan plan) {
        StringBuilder script = new StringBuilder(CLEAR);
        script.append("table inet gibbon {\n");
        script.append("\tchain capture {\n");
        script.append("\t\ttype filter hook prerouting priority mangle; policy accept;\n");
        script.append("\t\tmeta l4proto != tcp accept\n");
        for (CaptureRule rule : plan.rules()) {
            script.append("\t\t").append(line(rule)).append('\n');
        }
        return script.append("\t}\n}\n").toString();
    }

    /** The script that leaves nothing behind. */
    public static String remove() {
        return CLEAR;
    }

    private static String line(CaptureRule rule) {
        return switch (rule) {
            case CaptureRule.PassMarked() ->
                    "meta mark & 0x%08x == 0x%08x accept"
                            .formatted(CapturePlan.MARK_MASK, CapturePlan.BYPASS_MARK);
            case CaptureRule.PassSource(var source) ->
                    family(source) + " saddr " + Addresses.text(source) + " accept";
            case CaptureRule.DivertNew(var match, var sidecar) ->
                    match(match) + " " + NEW + tproxy(sidecar) + " " + WHOLE_SOCKET + " accept";
            case CaptureRule.RefuseNew(var match) -> match(match) + " " + NEW + " drop";
            case CaptureRule.Divert(var match, var sidecar) ->
                    match(match) + tproxy(sidecar) + " accept";
        };
    }

    private static String match(Match match) {
        String end =
                switch (match.end()) {
                    case SOURCE -> "saddr";
                    case DESTINATION -> "daddr";
                };
        return family(match.address())
                + " "
                + end
                + " "
                + Addresses.text(match.address())
                + " tcp dport "
                + match.port();
    }

    private static String tproxy(InetSocketAddress sidecar) {
        return " tproxy " + family(sidecar.getAddress()) + " to " + Addresses.text(sidecar);
    }

    private static String family(InetAddress address) {
        return Addresses.isV6(address) ? "ip6" : "ip";
    }
}
