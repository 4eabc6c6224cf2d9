package dev.gibbon.operator.command;

import java.util.Optional;
import java.util.regex.Pattern;

/** A pod as it is named on the command line: {@code pod/NAME} or {@code pod/NAME.NAMESPACE}. */
record PodName(String namespace, String name) {
    private static final String PREFIX = "pod/";
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

    /**
     * Reads one. What follows the last dot is the namespace.
     *
     * @param namespace of a name without a dot
     * @return empty when it is no name of a pod
     */
    static Optional<PodName> parse(String text, String namespace) {
        if (!text.startsWith(PREFIX)) {
            return Optional.empty();
        }
        String whole = text.substring(PREFIX.length());
        int dot = whole.lastIndexOf('.');
        String name = dot < 0 ? whole : whole.substring(0, dot);
        String in = dot < 0 ? namespace : whole.substring(dot + 1);
        return NAME.matcher(name).matches() && LABEL.matcher(in).matches()
                ? Optional.of(new PodName(in, name))
                : Optional.empty();
    }

    /** E.g. {@code shop/service-a-7f9c}. */
    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
