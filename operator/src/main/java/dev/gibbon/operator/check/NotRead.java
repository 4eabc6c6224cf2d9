package dev.gibbon.operator.check;

/** What a check needs could not be read. The message is the reason, in one line. */
final class NotRead extends Exception {
    private static final long serialVersionUID = 1L;

    NotRead(String reason) {
        super(reason, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
