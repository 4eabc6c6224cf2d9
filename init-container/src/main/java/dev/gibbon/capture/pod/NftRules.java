package dev.gibbon.capture.pod;

import dev.gibbon.capture.program.CaptureFailure;
import dev.gibbon.capture.program.NftError;
import dev.gibbon.capture.program.Program;

/** Rules by nft itself. */
record NftRules(Program nft) implements RuleProgram {

    @Override
    public String name() {
        return "nft";
    }

    @Override
    public void apply(PodCapturePlan plan) throws CaptureFailure {
        run(PodNftScript.apply(plan));
    }

    @Override
    public void remove() throws CaptureFailure {
        if (hasTable("inet gibbon")) {
            run(PodNftScript.remove());
        }
    }

    /**
     * Removes a table of iptables that has no effect. iptables makes it, and never takes it away.
     *
     * @param table e.g. {@code ip mangle}
     */
    void removeEmptied(String table) throws CaptureFailure {
        run("delete table " + table + "\n");
    }

    /** Whether this table is there, of whomever. Asking changes nothing. */
    boolean hasTable(String table) throws CaptureFailure {
        Program.Result tables = list();
        return tables.succeeded() && has(table, tables);
    }

    /** Whether this table is there, or may be, as nft cannot tell. */
    boolean mayHaveTable(String table) throws CaptureFailure {
        Program.Result tables = list();
        return !tables.succeeded() || has(table, tables);
    }

    private static boolean has(String table, Program.Result tables) {
        return tables.output().lines().anyMatch(("table " + table)::equals);
    }

    private Program.Result list() throws CaptureFailure {
        Program.Result tables = nft.run("", "list", "tables");
        if (!tables.succeeded() && tables.output().contains("Operation not permitted")) {
            throw new CaptureFailure(NftError.explain(tables));
        }
        return tables;
    }

    private void run(String script) throws CaptureFailure {
        Program.Result result = nft.run(script, "-f", "-");
        if (!result.succeeded()) {
            throw new CaptureFailure(NftError.explain(result));
        }
    }
}
