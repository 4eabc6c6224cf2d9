package dev.gibbon.cli.tutorial;

import java.util.List;

/** One thing that a document tells its reader to do, or to look for. */
sealed interface TutorialBlock {

    /** The line of the document that the block starts at, from 1. */
    int line();

    /**
     * {@code ```sh run}: typed into the reader's main console, and waited for.
     *
     * @param fails whether it is meant to fail: {@code ```sh run fails}
     */
    record Run(int line, String script, boolean fails) implements TutorialBlock {}

    /** {@code ```sh background name=NAME}: runs on, in a console of its own. */
    record Background(int line, String name, String script) implements TutorialBlock {}

    /**
     * {@code ```text expect}: what the block above prints.
     *
     * @param of the console whose output is meant; empty for the {@code run} block above: {@code
     *     of=NAME}, or the block above is a {@code background} one
     * @param retry whether the {@code run} block may be repeated for a while until it prints that
     */
    record Expect(int line, ExpectedOutput output, String of, boolean retry)
            implements TutorialBlock {}

    /** {@code <!-- stop: NAME ... -->}: the reader presses Ctrl-C in these consoles. */
    record Stop(int line, List<String> names) implements TutorialBlock {
        public Stop {
            names = List.copyOf(names);
        }
    }
}
