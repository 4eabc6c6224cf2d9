package dev.gibbon.capture.pod;

import java.util.List;

/**
 * Sends packets with {@link Mark#DIVERTED} to the loopback interface as if their destination were
 * local, in one family. {@code ip rule} and {@code ip route} in one.
 */
record PolicyRoute(Family family) {
    /** Number of the table, and preference of the rule that leads to it. */
    static final String TABLE = "100";

    private static final String MARK = "0x%x/0x%x".formatted(Mark.DIVERTED.value(), Mark.MASK);

    String familyOption() {
        return switch (family) {
            case IPV4 -> "-4";
            case IPV6 -> "-6";
        };
    }

    /** What identifies the rule to {@code ip rule add} and {@code del}. */
    List<String> rule() {
        return List.of("pref", TABLE, "fwmark", MARK, "lookup", TABLE);
    }

    /** What identifies the route to {@code ip route replace} and {@code del}. */
    List<String> route() {
        return List.of("local", everything(), "dev", "lo", "table", TABLE);
    }

    private String everything() {
        return switch (family) {
            case IPV4 -> "0.0.0.0/0";
            case IPV6 -> "::/0";
        };
    }

    /** Whether this line of {@code ip rule show} is the rule. */
    boolean isRule(String line) {
        return line.startsWith(TABLE + ":")
                && line.contains("fwmark " + MARK + " ")
                && line.stripTrailing().endsWith("lookup " + TABLE);
    }

    /** As one would type it. */
    List<String> commands() {
        return List.of(
                "ip " + familyOption() + " route replace " + String.join(" ", route()),
                "ip " + familyOption() + " rule add " + String.join(" ", rule()));
    }
}
