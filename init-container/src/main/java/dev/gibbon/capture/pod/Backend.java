package dev.gibbon.capture.pod;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Which programs may put the rules in place. */
public enum Backend {
    /** nft, else iptables. */
    AUTO,

    /** nft alone. */
    NFT,

    /** iptables that writes to nf_tables, else the legacy one. */
    IPTABLES;

    /**
     * Reads {@code auto}, {@code nft} or {@code iptables}.
     *
     * @throws IllegalArgumentException when it is none of them; the message is one line
     */
    public static Backend parse(String text) {
        return Arrays.stream(values())
                .filter(backend -> backend.text().equals(text))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                Quoted.of(text)
                                        + " (expected: "
                                        + Arrays.stream(values())
                                                .map(Backend::text)
                                                .collect(Collectors.joining(", "))
                                        + ")"));
    }

    private String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
