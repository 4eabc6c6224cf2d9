package dev.gibbon.core.setting;

/** The value of one setting is refused; the message is one line for the person who set it. */
public final class InvalidSetting extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidSetting(String message) {
        super(message, null, false, false);
    }

    /** What is wrong with it. */
    public String line() {
        return String.valueOf(getMessage());
    }
}
