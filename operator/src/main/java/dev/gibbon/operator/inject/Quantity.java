package dev.gibbon.operator.inject;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of a resource as Kubernetes writes it (apimachinery, {@code resource.Quantity}): cores
 * ({@code 250m}, {@code 1.5}) or bytes ({@code 96Mi}, {@code 200M}).
 *
 * @param text digits, at most one dot, and a unit
 * @param amount in cores or bytes; greater than 0
 */
record Quantity(String text, BigDecimal amount) implements Comparable<Quantity> {
    private static final Pattern CPU = Pattern.compile("([0-9]{1,6}(?:\\.[0-9]{1,3})?)(m?)");
    private static final Pattern MEMORY =
            Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,3})?)(|k|M|G|T|Ki|Mi|Gi|Ti)");
    private static final Map<String, BigDecimal> UNITS =
            Map.of(
                    "", BigDecimal.ONE,
                    "m", new BigDecimal("0.001"),
                    "k", new BigDecimal(1_000L),
                    "M", new BigDecimal(1_000_000L),
                    "G", new BigDecimal(1_000_000_000L),
                    "T", new BigDecimal(1_000_000_000_000L),
                    "Ki", new BigDecimal(1L << 10),
                    "Mi", new BigDecimal(1L << 20),
                    "Gi", new BigDecimal(1L << 30),
                    "Ti", new BigDecimal(1L << 40));

    static Optional<Quantity> cpu(String text) {
        return parse(CPU, text);
    }

    static Optional<Quantity> memory(String text) {
        return parse(MEMORY, text);
    }

    private static Optional<Quantity> parse(Pattern form, String text) {
        Matcher matcher = form.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        BigDecimal unit = UNITS.getOrDefault(matcher.group(2), BigDecimal.ONE);
        BigDecimal amount = new BigDecimal(matcher.group(1)).multiply(unit);
        return amount.signum() > 0 ? Optional.of(new Quantity(text, amount)) : Optional.empty();
    }

    @Override
    public int compareTo(Quantity other) {
        return amount.compareTo(other.amount);
    }

    @Override
    public String toString() {
        return text;
    }
}
