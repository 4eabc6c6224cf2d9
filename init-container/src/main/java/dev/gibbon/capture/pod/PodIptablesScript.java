package dev.gibbon.capture.pod;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Rules in the language of {@code iptables-restore --noflush}, and of {@code ip6tables-restore} for
 * the other family. Everything is in one table, mangle, which is replaced in one transaction; own
 * chains are emptied and filled, and other rules stay.
 *
 * <p>iptables' TPROXY drops what nobody takes, so no drops are needed behind it. But it takes the
 * rest of an ended connection for a socket, too, and ends the table there. So what it does with new
 * connections is looked at in a further chain, hooked into input: the packet has got a mark, and
 * {@code -m socket --restore-skmark} replaces that by the socket's own where it is a whole socket.
 */
public final class PodIptablesScript {
    private static final String GUARD = "GIBBON_DELIVERED";
    private static final String NEW = "-m tcp --tcp-flags SYN,ACK SYN";

    /** What a multiport match can hold; a range counts twice. */
    private static final int SLOTS = 15;

    private PodIptablesScript() {}

    /**
     * The text that puts exactly these rules in place.
     *
     * @param saved what {@code iptables-save -t mangle} prints: what is there is not made twice
     */
    public static String apply(PodCapturePlan plan, Family family, String saved) {
        List<String> lines = new ArrayList<>(List.of("*mangle"));
        for (Chain chain : plan.rules().keySet()) {
            lines.add(":" + chain.prefixed() + " - [0:0]");
        }
        lines.add(":" + GUARD + " - [0:0]");
        plan.rules()
                .forEach((chain, rules) -> {
                    for (PodRule rule : rules) {
                        if (rule.concerns(family)) {
                            lines.addAll(lines(chain, family, rule));
                        }
                    }
                });
        String unproven = "-p tcp -m mark --mark " + masked(Mark.UNPROVEN, Mark.MASK);
        // No target: only the mark is changed, and only at a whole socket.
        lines.add("-A " + GUARD + " " + unproven + " -m socket --nowildcard --restore-skmark");
        lines.add("-A " + GUARD + " " + unproven + " -j DROP");
        for (String jump : jumps()) {
            if (saved.lines().noneMatch(("-A " + jump)::equals)) {
                lines.add("-A " + jump);
            }
        }
        lines.add("COMMIT");
        return String.join("\n", lines) + "\n";
    }

    /**
     * The text that removes the rules.
     *
     * @param saved what {@code iptables-save -t mangle} prints: only what is there can be removed
     */
    public static String remove(String saved) {
        List<String> lines = new ArrayList<>(List.of("*mangle"));
        for (String jump : jumps()) {
            saved.lines().filter(("-A " + jump)::equals).forEach(_ -> lines.add("-D " + jump));
        }
        List<String> chains =
                saved.lines()
                        .filter(line -> line.startsWith(":GIBBON_"))
                        .map(line -> line.substring(1).replaceFirst(" .*", ""))
                        .toList();
        // First all empty: one that another goes to cannot be deleted.
        chains.forEach(chain -> lines.add("-F " + chain));
        chains.forEach(chain -> lines.add("-X " + chain));
        lines.add("COMMIT");
        return String.join("\n", lines) + "\n";
    }

    /** Whether {@code iptables-save -t mangle} prints any of these rules. */
    static boolean isApplied(String saved) {
        return saved.contains("\n:GIBBON_");
    }

    /** Whether {@code iptables-save -t mangle} prints nothing that has an effect. */
    static boolean isEmpty(String saved) {
        return saved.lines()
                .allMatch(line ->
                        line.isBlank()
                                || line.startsWith("#")
                                || line.startsWith("*")
                                || line.equals("COMMIT")
                                || line.matches(":[A-Z]+ ACCEPT \\[[0-9:]*\\]"));
    }

    private static List<String> jumps() {
        return List.of(
                "PREROUTING -p tcp -j " + Chain.ARRIVING.prefixed(),
                "INPUT -p tcp -j " + GUARD,
                "OUTPUT -p tcp -j " + Chain.LEAVING.prefixed());
    }

    /** A rule becomes several where a match cannot hold all of its values. */
    private static List<String> lines(Chain chain, Family family, PodRule rule) {
        List<String> matches = List.of("-A " + chain.prefixed() + " -p tcp");
        for (Condition condition : rule.conditions()) {
            List<String> texts = texts(condition);
            matches =
                    matches.stream()
                            .flatMap(match -> texts.stream().map(text -> match + " " + text))
                            .toList();
        }
        List<String> targets = targets(family, rule.action());
        return matches.stream()
                .flatMap(match -> targets.stream().map(target -> match + " " + target))
                .toList();
    }

    private static List<String> targets(Family family, Action action) {
        return switch (action) {
            case Action.Pass() -> List.of("-j RETURN");
            case Action.Drop() -> List.of("-j DROP");
            case Action.SetMark(Mark mark) ->
                    List.of("-j MARK --set-xmark " + masked(mark, Mark.MASK));
            case Action.SetConnectionMark(Mark mark) -> List.of(connectionMark(mark));
            case Action.GoTo(Chain chain) -> List.of("-g " + chain.prefixed());
            case Action.DivertNew(int port) ->
                    List.of(NEW + " " + tproxy(family, port) + masked(Mark.UNPROVEN, Mark.MASK));
            case Action.Divert(int port) -> List.of(tproxy(family, port) + "0x0/0x0");
            // Without --nowildcard a listener for all addresses is no match; one for the pod's own
            // address is, and there is no way to tell it from a connection.
            case Action.DivertUnknown(int port) ->
                    List.of(
                            "-m socket -j RETURN",
                            connectionMark(Mark.INBOUND),
                            tproxy(family, port) + "0x0/0x0");
        };
    }

    private static String connectionMark(Mark mark) {
        return "-j CONNMARK --set-xmark " + masked(mark, Mark.MASK);
    }

    private static String tproxy(Family family, int port) {
        return "-j TPROXY --on-port " + port + " --on-ip " + family.loopback() + " --tproxy-mark ";
    }

    private static List<String> texts(Condition condition) {
        return switch (condition) {
            case Condition.NewConnection() -> List.of(NEW);
            case Condition.NewEntry() -> List.of("-m conntrack --ctstate NEW --ctdir ORIGINAL");
            case Condition.Going(var direction) ->
                    List.of("-m conntrack --ctdir " + direction.name());
            case Condition.FromLoopback() -> List.of("-i lo");
            case Condition.ToLoopback() -> List.of("-o lo");
            case Condition.Marked(Mark mark) ->
                    List.of("-m mark --mark " + masked(mark, Mark.MASK));
            case Condition.ConnectionMarked(Mark mark) ->
                    List.of("-m connmark --mark " + masked(mark, Mark.MASK));
            case Condition.ConnectionHas(Mark mark) ->
                    List.of("-m connmark --mark " + masked(mark, mark.value()));
            case Condition.SourceIn(var _, var blocks) ->
                    blocks.stream().map(block -> "-s " + block).toList();
            case Condition.DestinationIn(var _, var blocks) ->
                    blocks.stream().map(block -> "-d " + block).toList();
            case Condition.ToPorts(var ports) -> multiports(ports);
            case Condition.ToOwnAddress() -> List.of("-m addrtype --dst-type LOCAL");
            case Condition.FromForeignAddress() -> List.of("-m addrtype ! --src-type LOCAL");
            case Condition.OwnedByGroup(long gid) -> List.of("-m owner --gid-owner " + gid);
            case Condition.OwnedByUser(long uid) -> List.of("-m owner --uid-owner " + uid);
            case Condition.StrayReset() ->
                    List.of("-m conntrack --ctstate INVALID -m tcp --tcp-flags RST RST");
        };
    }

    private static List<String> multiports(List<PortRange> ports) {
        List<String> matches = new ArrayList<>();
        List<PortRange> group = new ArrayList<>();
        int used = 0;
        for (PortRange range : ports) {
            int slots = range.isSingle() ? 1 : 2;
            if (used + slots > SLOTS) {
                matches.add(multiport(group));
                group.clear();
                used = 0;
            }
            group.add(range);
            used += slots;
        }
        matches.add(multiport(group));
        return matches;
    }

    private static String multiport(List<PortRange> group) {
        return "-m multiport --dports "
                + group.stream()
                        .map(range -> range.toString().replace('-', ':'))
                        .collect(Collectors.joining(","));
    }

    private static String masked(Mark mark, int mask) {
        return "0x%x/0x%x".formatted(mark.value(), mask);
    }
}
