package dev.gibbon.operator.command;

/** A command could not do what was asked, for a reason that the user can understand. */
final class CommandFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * @param message one sentence: what was got, what was expected, what to do
     */
    CommandFailure(String message) {
        super(message);
    }
}
