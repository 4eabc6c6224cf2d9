package dev.gibbon.cli.demo;

import java.util.ArrayList;
import java.util.List;

/** The tutorial's eight rules, by {@code gibbon capture}. */
final class Interception {
    private Interception() {}

    /**
     * The arguments.
     *
     * @param exempt whether what B itself dials from 127.0.0.4 passes, as in the tutorial
     */
    static String[] arguments(boolean exempt) {
        List<String> ports = new ArrayList<>();
        for (Flow flow : Flow.values()) {
            ports.add(flow.port() + ":" + flow.sidecarPort());
        }
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "capture",
                                "--outbound",
                                Flow.CLIENT + "=127.0.0.3",
                                "--inbound",
                                Flow.SERVER + "=127.0.0.4",
                                "--ports",
                                String.join(",", ports)));
        if (exempt) {
            arguments.addAll(List.of("--exempt", "127.0.0.4"));
        }
        return arguments.toArray(String[]::new);
    }
}
