package dev.gibbon.capture.pod;

import dev.gibbon.capture.program.CaptureFailure;
import dev.gibbon.capture.program.Program;
import java.util.ArrayList;
import java.util.List;

/** Puts {@link PolicyRoute}s in place and takes them away, with the ip program. */
record PolicyRouting(Program ip) {

    /** Makes what is missing. */
    void apply(List<PolicyRoute> routes) throws CaptureFailure {
        for (PolicyRoute route : routes) {
            must(route, "route", "replace", route.route());
            if (!hasRule(route)) {
                must(route, "rule", "add", route.rule());
            }
        }
    }

    /** Removes them in both families; there need not be any. */
    void remove() throws CaptureFailure {
        for (Family family : Family.values()) {
            PolicyRoute route = new PolicyRoute(family);
            if (hasRule(route)) {
                must(route, "rule", "del", route.rule());
            }
            // A table that has never had a route is an error to ip.
            Program.Result routes =
                    run(route, "route", "show", List.of("table", PolicyRoute.TABLE));
            if (routes.succeeded() && routes.output().startsWith("local default dev lo ")) {
                must(route, "route", "del", route.route());
            }
        }
    }

    private boolean hasRule(PolicyRoute route) throws CaptureFailure {
        return run(route, "rule", "show", List.of()).output().lines().anyMatch(route::isRule);
    }

    private void must(PolicyRoute route, String object, String verb, List<String> arguments)
            throws CaptureFailure {
        Program.Result result = run(route, object, verb, arguments);
        if (!result.succeeded()) {
            throw new CaptureFailure(
                    "ip "
                            + object
                            + " "
                            + verb
                            + " for "
                            + route.family()
                            + " failed: "
                            + result.firstLine()
                            + (result.output().contains("Operation not permitted")
                                    ? " (give the container CAP_NET_ADMIN)"
                                    : ""));
        }
    }

    private Program.Result run(
            PolicyRoute route, String object, String verb, List<String> arguments)
            throws CaptureFailure {
        List<String> line = new ArrayList<>(List.of(route.familyOption(), object, verb));
        line.addAll(arguments);
        return ip.run("", line.toArray(String[]::new));
    }
}
