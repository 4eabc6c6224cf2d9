package dev.gibbon.cli.tutorial;

import dev.gibbon.cli.tutorial.TutorialSession.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Does what a document says, block by block, and compares what it says with what happens. */
final class TutorialRun {
    private static final Duration BLOCK_LIMIT = Duration.ofSeconds(60);
    private static final Duration CONSOLE_LIMIT = Duration.ofSeconds(10);
    private static final Duration RETRY_LIMIT = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final TutorialSession session;
    private TutorialBlock.Run lastRun = new TutorialBlock.Run(0, "", false);
    private Outcome last = new Outcome(0, "");

    TutorialRun(TutorialSession session) {
        this.session = session;
    }

    /**
     * Runs the whole document.
     *
     * @throws AssertionError at the first block that does not do what the document says
     */
    void execute(TutorialDocument document) throws IOException, InterruptedException {
        List<TutorialBlock> blocks = document.blocks();
        for (int i = 0; i < blocks.size(); i++) {
            switch (blocks.get(i)) {
                case TutorialBlock.Run run -> {
                    lastRun = run;
                    last = session.run(run.script(), BLOCK_LIMIT);
                    boolean repeatable =
                            i + 1 < blocks.size()
                                    && blocks.get(i + 1) instanceof TutorialBlock.Expect expect
                                    && expect.retry();
                    if (!repeatable) {
                        checkStatus();
                    }
                }
                case TutorialBlock.Background background ->
                        session.start(background.name(), background.script());
                case TutorialBlock.Expect expect -> check(expect);
                case TutorialBlock.Stop stop -> {
                    for (String name : stop.names()) {
                        session.stop(name);
                    }
                }
            }
        }
    }

    private boolean endedAsMeant() {
        return (last.status() != 0) == lastRun.fails();
    }

    private void checkStatus() {
        if (endedAsMeant()) {
            return;
        }
        throw new AssertionError(
                "line %d: exit code %d (expected: %s)%n%s%nprinted:%n%s"
                        .formatted(
                                lastRun.line(),
                                last.status(),
                                lastRun.fails() ? "not 0" : "0",
                                lastRun.script(),
                                last.output()));
    }

    private void check(TutorialBlock.Expect expect) throws IOException, InterruptedException {
        boolean console = !expect.of().isEmpty();
        Duration limit = console ? CONSOLE_LIMIT : expect.retry() ? RETRY_LIMIT : Duration.ZERO;
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            String output = console ? session.shown(expect.of()) : last.output();
            Optional<String> missing = expect.output().missingIn(output);
            if (missing.isEmpty() && (console || endedAsMeant())) {
                return;
            }
            if (System.nanoTime() >= end) {
                if (!console) {
                    checkStatus();
                }
                throw new AssertionError(
                        "line %d: the output has no line like%n  %s%n%s%nprinted:%n%s"
                                .formatted(
                                        expect.line(),
                                        missing.orElse(""),
                                        console ? "in console " + expect.of() : lastRun.script(),
                                        output));
            }
            Thread.sleep(PAUSE);
            if (!console) {
                last = session.run(lastRun.script(), BLOCK_LIMIT);
            }
        }
    }
}
