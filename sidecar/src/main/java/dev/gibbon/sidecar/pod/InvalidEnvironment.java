package dev.gibbon.sidecar.pod;

/** A variable of the environment cannot be used; the message is one line that says which. */
final class InvalidEnvironment extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidEnvironment(String message) {
        super(message, null, false, false);
    }

    InvalidEnvironment(String variable, String got, String expected) {
        super(variable + ": " + got + " (expected: " + expected + ")", null, false, false);
    }
}
