package dev.gibbon.capture.pod;

import static dev.gibbon.capture.program.NftWords.CLEAR;
import static dev.gibbon.capture.program.NftWords.NEW;
import static dev.gibbon.capture.program.NftWords.WHOLE_SOCKET;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Rules in the language of {@code nft -f}, for both families in one table and one transaction. A
 * script gives the same result however often it runs.
 *
 * <p>Unlike iptables' TPROXY, nft's tproxy lets packets go on that nobody takes. So each is
 * followed by a drop.
 */
public final class PodNftScript {
    private static final String UNPROVEN =
            "iifname != \"lo\" " + masked("meta mark", Mark.MASK, Mark.UNPROVEN) + " ";

    /**
     * In input the kernel has looked for the socket already, but not for a listener. So a packet
     * has an owner, any, only where it belongs to a connection.
     */
    private static final List<String> DELIVERED =
            List.of(
                    "type filter hook input priority mangle; policy accept;",
                    UNPROVEN + "meta skuid 0-4294967295 accept",
                    UNPROVEN + "drop");

    private PodNftScript() {}

    /** The script that puts exactly these rules in place. */
    public static String apply(PodCapturePlan plan) {
        StringBuilder script = new StringBuilder(CLEAR).append("table inet gibbon {\n");
        plan.rules()
                .forEach((chain, rules) -> {
                    script.append("\tchain ").append(chain.lowerCase()).append(" {\n");
                    head(chain).forEach(line -> append(line, script));
                    for (PodRule rule : rules) {
                        lines(plan, rule).forEach(line -> append(line, script));
                    }
                    script.append("\t}\n");
                });
        script.append("\tchain delivered {\n");
        DELIVERED.forEach(line -> append(line, script));
        return script.append("\t}\n}\n").toString();
    }

    /** The script that leaves nothing behind. */
    public static String remove() {
        return CLEAR;
    }

    private static void append(String line, StringBuilder script) {
        script.append("\t\t").append(line).append('\n');
    }

    private static List<String> head(Chain chain) {
        return switch (chain) {
            case BYPASS, INBOUND -> List.of();
            case ARRIVING -> base("filter", "prerouting");
            // In a chain of type filter a new mark would not change the route.
            case LEAVING -> base("route", "output");
        };
    }

    private static List<String> base(String type, String hook) {
        return List.of(
                "type " + type + " hook " + hook + " priority mangle; policy accept;",
                "meta l4proto != tcp accept");
    }

    private static List<String> lines(PodCapturePlan plan, PodRule rule) {
        String match =
                rule.conditions().stream()
                        .map(condition -> text(condition) + " ")
                        .collect(Collectors.joining());
        return switch (rule.action()) {
            case Action.Pass() -> List.of(match + "accept");
            case Action.Drop() -> List.of(match + "drop");
            case Action.SetMark(Mark mark) ->
                    List.of(match + "meta mark set " + set("meta mark", mark));
            case Action.SetConnectionMark(Mark mark) ->
                    List.of(match + "ct mark set " + set("ct mark", mark));
            case Action.GoTo(Chain chain) -> List.of(match + "goto " + chain.lowerCase());
            case Action.DivertNew(int port) ->
                    divert(plan, match + NEW + " ", port, " " + WHOLE_SOCKET);
            case Action.Divert(int port) -> divert(plan, match, port, "");
            case Action.DivertUnknown(int port) -> divertUnknown(plan, match, port);
        };
    }

    private static List<String> divert(
            PodCapturePlan plan, String match, int port, String condition) {
        List<String> lines = new ArrayList<>(tproxies(plan, match, port, condition));
        lines.add(match + "drop");
        return lines;
    }

    /** tproxy does not take a socket that is not transparent, e.g. of what the pod has dialled. */
    private static List<String> divertUnknown(PodCapturePlan plan, String match, int port) {
        List<String> lines = new ArrayList<>();
        lines.add(match + "ct mark set " + set("ct mark", Mark.INBOUND));
        lines.addAll(tproxies(plan, match, port, ""));
        lines.add(match + "ct mark set " + set("ct mark", Mark.OUTSIDE));
        lines.add(match + "meta mark set " + set("meta mark", Mark.UNPROVEN));
        return lines;
    }

    private static List<String> tproxies(
            PodCapturePlan plan, String match, int port, String condition) {
        List<String> lines = new ArrayList<>();
        for (Family family : Family.values()) {
            if (plan.families().contains(family)) {
                // The kernel wants to see the protocol in each rule that has a tproxy.
                lines.add(
                        match + "meta l4proto tcp " + tproxy(family, port) + condition + " accept");
            }
        }
        return lines;
    }

    private static String tproxy(Family family, int port) {
        return switch (family) {
            case IPV4 -> "meta nfproto ipv4 tproxy ip to " + family.loopback() + ":" + port;
            case IPV6 -> "meta nfproto ipv6 tproxy ip6 to [" + family.loopback() + "]:" + port;
        };
    }

    private static String set(String what, Mark mark) {
        String kept = what + " & 0x%08x".formatted(~Mark.MASK);
        return mark == Mark.NONE ? kept : kept + " | 0x%08x".formatted(mark.value());
    }

    private static String text(Condition condition) {
        return switch (condition) {
            case Condition.NewConnection() -> NEW;
            case Condition.NewEntry() -> "ct state new ct direction original";
            case Condition.Going(var direction) ->
                    switch (direction) {
                        case ORIGINAL -> "ct direction original";
                        case REPLY -> "ct direction reply";
                    };
            case Condition.FromLoopback() -> "iifname \"lo\"";
            case Condition.ToLoopback() -> "oifname \"lo\"";
            case Condition.Marked(Mark mark) -> masked("meta mark", Mark.MASK, mark);
            case Condition.ConnectionMarked(Mark mark) -> masked("ct mark", Mark.MASK, mark);
            case Condition.ConnectionHas(Mark mark) -> masked("ct mark", mark.value(), mark);
            case Condition.SourceIn(Family family, var blocks) ->
                    protocol(family) + " saddr " + oneOf(blocks);
            case Condition.DestinationIn(Family family, var blocks) ->
                    protocol(family) + " daddr " + oneOf(blocks);
            case Condition.ToPorts(var ports) -> "tcp dport " + oneOf(ports);
            case Condition.ToOwnAddress() -> "fib daddr type local";
            case Condition.FromForeignAddress() -> "fib saddr type != local";
            case Condition.OwnedByGroup(long gid) -> "meta skgid " + gid;
            case Condition.OwnedByUser(long uid) -> "meta skuid " + uid;
            case Condition.StrayReset() -> "ct state invalid tcp flags & rst == rst";
        };
    }

    private static String masked(String what, int mask, Mark mark) {
        return "%s & 0x%08x == 0x%08x".formatted(what, mask, mark.value());
    }

    private static String protocol(Family family) {
        return switch (family) {
            case IPV4 -> "ip";
            case IPV6 -> "ip6";
        };
    }

    private static String oneOf(Collection<?> values) {
        return values.stream().map(Object::toString).collect(Collectors.joining(", ", "{ ", " }"));
    }
}
