package dev.gibbon.core.setting;

/** Text that is never printed. Only code that needs it asks for {@link #value()}. */
public record Secret(String value) {

    @Override
    public String toString() {
        return "(secret)";
    }
}
