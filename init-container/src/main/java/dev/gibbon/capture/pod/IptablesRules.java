package dev.gibbon.capture.pod;

import dev.gibbon.capture.program.CaptureFailure;
import dev.gibbon.capture.program.Program;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Rules by one of the two kinds of iptables.
 *
 * @param kind {@code nft}, which writes to the kernel's nf_tables, or {@code legacy}
 * @param find finds a program by its name
 */
record IptablesRules(Kind kind, Function<String, Optional<Program>> find) implements RuleProgram {
    /** In a container the usual lock file cannot be made. Any file of this namespace will do. */
    private static final Map<String, String> LOCK = Map.of("XTABLES_LOCKFILE", "/proc/self/ns/net");

    /** Which kernel interface the program uses. */
    enum Kind {
        NFT("iptables-nft"),
        LEGACY("iptables-legacy");

        private final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    @Override
    public String name() {
        return kind.text;
    }

    @Override
    public void apply(PodCapturePlan plan) throws CaptureFailure {
        try {
            for (Family family : Family.values()) {
                if (plan.families().contains(family)) {
                    restore(family, PodIptablesScript.apply(plan, family, save(family)));
                }
            }
        } catch (CaptureFailure failure) {
            // One family may be done already.
            remove();
            throw failure;
        }
    }

    @Override
    public void remove() throws CaptureFailure {
        for (Family family : Family.values()) {
            if (mayHaveRules(family)) {
                remove(family);
            }
        }
    }

    private void remove(Family family) throws CaptureFailure {
        String saved;
        try {
            saved = save(family);
        } catch (CaptureFailure cannotLook) {
            // Neither could it have made any.
            return;
        }
        if (!PodIptablesScript.isApplied(saved)) {
            return;
        }
        restore(family, PodIptablesScript.remove(saved));
        Optional<NftRules> nft = find.apply("nft").map(NftRules::new);
        if (kind == Kind.NFT
                && nft.isPresent()
                && PodIptablesScript.isEmpty(save(family))
                && nft.get().hasTable(table(family))) {
            nft.get().removeEmptied(table(family));
        }
    }

    /** Without this, looking would make the table. */
    private boolean mayHaveRules(Family family) throws CaptureFailure {
        if (find.apply(program(family, "save")).isEmpty()) {
            return false;
        }
        Optional<NftRules> nft = find.apply("nft").map(NftRules::new);
        return kind == Kind.LEGACY || nft.isEmpty() || nft.get().mayHaveTable(table(family));
    }

    private String save(Family family) throws CaptureFailure {
        // Not "-t mangle" for legacy, which makes the table; without, it tells only what is there.
        return switch (kind) {
            case NFT -> run(family, "save", "", "-t", "mangle");
            case LEGACY -> run(family, "save", "");
        };
    }

    private void restore(Family family, String text) throws CaptureFailure {
        run(family, "restore", text, "--noflush");
    }

    private String run(Family family, String verb, String input, String... arguments)
            throws CaptureFailure {
        String name = program(family, verb);
        Program program =
                find.apply(name)
                        .orElseThrow(() ->
                                new CaptureFailure(
                                        name
                                                + " not found in PATH (expected: in the"
                                                + " image, from Debian's iptables)"));
        Program.Result result = new Program(name, program.command(), LOCK).run(input, arguments);
        if (!result.succeeded()) {
            throw new CaptureFailure(name + ": " + result.firstLine());
        }
        return result.output();
    }

    private String program(Family family, String verb) {
        String iptables =
                switch (family) {
                    case IPV4 -> "iptables";
                    case IPV6 -> "ip6tables";
                };
        return kind.text.replace("iptables", iptables) + "-" + verb;
    }

    private static String table(Family family) {
        return switch (family) {
            case IPV4 -> "ip mangle";
            case IPV6 -> "ip6 mangle";
        };
    }
}
