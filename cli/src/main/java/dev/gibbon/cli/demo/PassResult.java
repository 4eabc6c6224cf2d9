package dev.gibbon.cli.demo;

import java.util.List;

/** The four flows under one set of settings. */
record PassResult(String name, String meaning, List<FlowResult> flows) {
    PassResult {
        flows = List.copyOf(flows);
    }
}
