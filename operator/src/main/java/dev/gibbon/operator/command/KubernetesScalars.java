package dev.gibbon.operator.command;

import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * What words without quotes are in the YAML of Kubernetes: that of YAML 1.1 with octal numbers that
 * begin with 0 or 0o and floats without a point, but without dates and base 60.
 */
final class KubernetesScalars {
    private KubernetesScalars() {}

    /** What a word without quotes is. */
    static final class Types extends Resolver {
        private static final Pattern INTEGER =
                Pattern.compile(
                        "[-+]?(?:0[bB]_*[01][01_]*|0[oO]_*[0-7][0-7_]*|0[0-7_]*|[1-9][0-9_]*"
                                + "|0[xX]_*[0-9a-fA-F][0-9a-fA-F_]*)");

        /** Also what begins like an octal number and is none, e.g. 08. */
        private static final Pattern DECIMAL =
                Pattern.compile(
                        "[-+]?(?:\\._*[0-9][0-9_]*|[0-9][0-9_]*(?:\\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?");

        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.BOOL, BOOL, "yYnNtTfFoO");
            addImplicitResolver(Tag.INT, INTEGER, "-+0123456789");
            addImplicitResolver(Tag.FLOAT, DECIMAL, "-+0123456789.");
            addImplicitResolver(Tag.MERGE, MERGE, "<");
            addImplicitResolver(Tag.NULL, NULL, "~nN\0");
            addImplicitResolver(Tag.NULL, EMPTY, null);
        }
    }

    /** What a number is; as a float, where Kubernetes' reader makes one. */
    static final class Numbers extends SafeConstructor {
        Numbers(LoaderOptions options) {
            super(options);
            yamlConstructors.put(Tag.INT, new Whole());
            yamlConstructors.put(Tag.FLOAT, new Decimal());
        }

        private static String digits(Node node) {
            String text = ((ScalarNode) node).getValue().replace("_", "");
            return text.startsWith("+") ? text.substring(1) : text;
        }

        private static final class Whole extends AbstractConstruct {
            @Override
            public Object construct(Node node) {
                String text = digits(node).toLowerCase(Locale.ROOT);
                String sign = text.startsWith("-") ? "-" : "";
                String number = text.substring(sign.length());
                if (number.startsWith("0x")) {
                    return new BigInteger(sign + number.substring(2), 16);
                } else if (number.startsWith("0b")) {
                    return new BigInteger(sign + number.substring(2), 2);
                } else if (number.startsWith("0o")) {
                    return new BigInteger(sign + number.substring(2), 8);
                }
                return new BigInteger(sign + number, number.startsWith("0") ? 8 : 10);
            }
        }

        private static final class Decimal extends AbstractConstruct {
            @Override
            public Object construct(Node node) {
                Double value = Double.valueOf(digits(node));
                // Out of range it is no number to Go, e.g. an abbreviated commit 12e45678.
                return value.isInfinite() ? ((ScalarNode) node).getValue() : value;
            }
        }
    }
}
