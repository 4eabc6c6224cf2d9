package dev.gibbon.crd.translate;

import dev.gibbon.core.net.CidrBlock;
import dev.gibbon.core.schema.Violation;
import dev.gibbon.crd.ServiceReference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with one spec. Not thread-safe. */
final class SpecChecks {
    private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final Pattern SERVICE_NAME = Pattern.compile(LABEL);
    private static final Pattern OBJECT_NAME = Pattern.compile(LABEL + "(\\." + LABEL + ")*");
    private static final Pattern POSITION = Pattern.compile("\\.([0-9]+)(?=\\.|$)");
    private static final int MAX_PORT = 65_535;

    private final List<FieldViolation> violations = new ArrayList<>();

    List<FieldViolation> violations() {
        return violations;
    }

    void add(String field, String message) {
        violations.add(new FieldViolation("spec." + field, message));
    }

    void addToSpec(String message) {
        violations.add(new FieldViolation("spec", message));
    }

    /**
     * Takes over what the rules of the Admin API say.
     *
     * @param names fields that are called otherwise there, by their names there
     */
    void addAll(List<Violation> found, Map<String, String> names) {
        for (Violation violation : found) {
            violations.add(new FieldViolation(field(violation.path(), names), violation.message()));
        }
    }

    private static String field(String path, Map<String, String> names) {
        if (path.equals(Violation.ENTITY)) {
            return "spec";
        }
        int dot = path.indexOf('.');
        String head = dot < 0 ? path : path.substring(0, dot);
        String rest = dot < 0 ? "" : path.substring(dot);
        String field = "spec." + names.getOrDefault(head, head);
        if (head.equals("headers") && dot >= 0) {
            return field + header(rest.substring(1));
        }
        Matcher positions = POSITION.matcher(rest);
        String indexed =
                positions.replaceAll(match -> "[" + (Integer.parseInt(match.group(1)) - 1) + "]");
        return field + indexed.replace("." + Violation.ENTITY, "");
    }

    /** {@code x-a.1} as {@code [x-a][0]}. A name may hold dots, and end in digits behind one. */
    private static String header(String path) {
        Matcher position = Pattern.compile("(.*)\\.([0-9]+)").matcher(path);
        return position.matches()
                ? "[" + position.group(1) + "][" + (Integer.parseInt(position.group(2)) - 1) + "]"
                : "[" + path + "]";
    }

    void checkSize(String field, @Nullable Collection<?> values, int most) {
        if (values != null && values.size() > most) {
            add(field, "has " + values.size() + " elements (expected: at most " + most + ")");
        }
    }

    void checkLength(String field, @Nullable String text, int most) {
        if (text != null && text.length() > most) {
            add(field, "has " + text.length() + " characters (expected: at most " + most + ")");
        }
    }

    void checkList(String field, @Nullable List<String> values, int longest) {
        checkSize(field, values, Bounds.LIST);
        if (values != null) {
            for (int i = 0; i < values.size(); i++) {
                checkLength(field + "[" + i + "]", values.get(i), longest);
            }
        }
    }

    /** One address has one spelling, so that what people compare is equal. */
    void checkNotMapped(String field, @Nullable String text) {
        if (text == null || text.indexOf(':') < 0) {
            return;
        }
        boolean bracketed = text.startsWith("[") && text.endsWith("]");
        String bare = bracketed ? text.substring(1, text.length() - 1) : text;
        if (CidrBlock.parse(bare).filter(block -> !block.network().isV6()).isPresent()) {
            add(field, "must not be an IPv4-mapped IPv6 address; write it as IPv4");
        }
    }

    void checkService(String field, @Nullable ServiceReference reference) {
        if (reference == null) {
            return;
        }
        checkLength(field + ".name", reference.name(), Bounds.LABEL);
        if (!SERVICE_NAME.matcher(reference.name()).matches()) {
            add(field + ".name", "must be the name of a Kubernetes Service");
        }
        checkPort(field + ".port", reference.port());
    }

    void checkPort(String field, @Nullable Integer port) {
        if (port != null && (port < 1 || port > MAX_PORT)) {
            add(field, "value should be between 1 and " + MAX_PORT);
        }
    }

    void checkObjectName(String field, String name, String kind) {
        checkLength(field, name, Bounds.NAME);
        if (!OBJECT_NAME.matcher(name).matches()) {
            add(field, "must be the name of a " + kind);
        }
    }
}
