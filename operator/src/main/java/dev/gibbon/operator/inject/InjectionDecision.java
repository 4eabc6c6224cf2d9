package dev.gibbon.operator.inject;

/** What becomes of a pod, and why. */
public sealed interface InjectionDecision {

    Reason reason();

    /** It gets capture and sidecar, or keeps them. */
    record Inject(Reason reason, SidecarOptions options) implements InjectionDecision {
        public Inject {
            require(reason, Reason.Outcome.INJECT);
        }
    }

    /** It stays as it is. */
    record Skip(Reason reason) implements InjectionDecision {
        public Skip {
            require(reason, Reason.Outcome.SKIP);
        }
    }

    /**
     * It must not be created.
     *
     * @param message what was got, what was expected; printable ASCII
     */
    record Refuse(Reason reason, String message) implements InjectionDecision {
        public Refuse {
            require(reason, Reason.Outcome.REFUSE);
        }
    }

    private static void require(Reason reason, Reason.Outcome expected) {
        if (reason.outcome() != expected) {
            throw new IllegalArgumentException(
                    "reason: " + reason + " (expected: one to " + expected + ")");
        }
    }
}
