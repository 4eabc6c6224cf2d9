package dev.gibbon.capture.program;

/** Rules could not be put in place or removed. The message is one line for the person who asked. */
public final class CaptureFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /** Fails for this reason. */
    public CaptureFailure(String message) {
        super(message);
    }

    /** The reason and what to do. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
