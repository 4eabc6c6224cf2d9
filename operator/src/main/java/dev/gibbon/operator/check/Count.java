package dev.gibbon.operator.check;

/** Numbers of things, in words. */
final class Count {
    private Count() {}

    /**
     * @param one what one of them is called; two have an s more
     */
    static String of(long number, String one) {
        return number + " " + one + (number == 1 ? "" : "s");
    }
}
