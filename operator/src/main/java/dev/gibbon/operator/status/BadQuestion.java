package dev.gibbon.operator.status;

/** What was asked cannot be read, or is about nothing that is there. */
final class BadQuestion extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    private BadQuestion(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    /** It cannot be read. */
    static BadQuestion unreadable(String message) {
        return new BadQuestion(400, message);
    }

    /** It is about nothing that is there. */
    static BadQuestion absent(String message) {
        return new BadQuestion(404, message);
    }

    int status() {
        return status;
    }

    String message() {
        return String.valueOf(getMessage());
    }
}
