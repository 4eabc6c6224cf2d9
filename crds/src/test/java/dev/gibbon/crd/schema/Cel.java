package dev.gibbon.crd.schema;

import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRuleBuilder;

/**
 * The checks of {@code dev.gibbon.core.schema.Texts} and {@code dev.gibbon.crd.translate} in CEL,
 * with the extensions of Kubernetes 1.31.
 */
final class Cel {
    private static final String LABEL = "[A-Za-z0-9_-]*[A-Za-z0-9_]";
    private static final String LABELS = LABEL + "([.]" + LABEL + ")*";
    private static final String NAME =
            "self.matches('^" + LABELS + "$') && !self.matches('^[0-9.]+$')";
    private static final String BRACKETED =
            "self.startsWith('[') && self.endsWith(']') && self.contains(':')"
                    + " && isIP(self.substring(1, size(self) - 1))";
    private static final String HOST = "(" + NAME + ") || isIP(self) || (" + BRACKETED + ")";
    private static final String PLAIN_PATH =
            "self.matches('^/([A-Za-z0-9._~/-]|%[0-9A-Fa-f]{2})*$')";
    private static final String DNS_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";

    private Cel() {}

    static ValidationRule rule(String rule, String message) {
        return new ValidationRuleBuilder().withRule(rule).withMessage(message).build();
    }

    /** A rule over several fields that is told of under one of them. */
    static ValidationRule ruleOf(String field, String rule, String message) {
        return new ValidationRuleBuilder()
                .withRule(rule)
                .withMessage(message)
                .withFieldPath("." + field)
                .build();
    }

    static ValidationRule host() {
        return rule(HOST, "must be a host name or an IP address, without port");
    }

    static ValidationRule hostPattern() {
        return rule(
                "self.contains('*') ? self.matches('^[*][.]"
                        + LABELS
                        + "$') || self.matches('^"
                        + LABELS
                        + "[.][*]$') : "
                        + HOST,
                "must be a host name or an IP address, without port; one * may be the whole first"
                        + " or last label");
    }

    static ValidationRule sni() {
        return rule(NAME, "must be a host name, without port, and not an IP address");
    }

    static ValidationRule method() {
        return rule("self.matches('^[A-Z]+$')", "must be upper-case letters");
    }

    static ValidationRule addressBlock() {
        return rule("isIP(self) || isCIDR(self)", "must be an IP address or a CIDR block");
    }

    static ValidationRule leadingSlash() {
        return rule("self.startsWith('/')", "must start with /");
    }

    static ValidationRule noEmptySegments() {
        return rule("!self.contains('//')", "must not have empty segments (//)");
    }

    static ValidationRule plainPath() {
        return rule(PLAIN_PATH, "must be letters, digits, .-_~/ and % with two hexadecimal digits");
    }

    /**
     * A regular expression is tried: one that is none makes the evaluation fail, and says why. An
     * {@code ||} would swallow the failure.
     */
    static ValidationRule routePath() {
        return rule(
                "self.matches('^[A-Za-z0-9._~/%-]*$') ? "
                        + PLAIN_PATH
                        + " : (''.matches(self) ? true : true)",
                "a path without regular expression must have two hexadecimal digits after %");
    }

    static ValidationRule headerNames() {
        return rule(
                "self.all(name, name.matches('^[A-Za-z0-9!#$%&*+.^_`|~-]+$'))",
                "must be named by letters, digits and !#$%&*+-.^_`|~");
    }

    static ValidationRule noHost() {
        return rule(
                "!self.exists(name, name.lowerAscii() == 'host')", "must not be host, use hosts");
    }

    static ValidationRule headersOnce() {
        return rule(
                "self.all(name, self.exists_one(other, other.lowerAscii() == name.lowerAscii()))",
                "must not name a header twice, letter case is not looked at");
    }

    static ValidationRule headerValue() {
        return rule(
                "self.matches('^[!-~]([ -~]*[!-~])?$')",
                "must be printable ASCII without white space around it");
    }

    static ValidationRule serviceName() {
        return rule(
                "self.matches('^" + DNS_LABEL + "$')", "must be the name of a Kubernetes Service");
    }

    static ValidationRule objectName(String kind) {
        return rule(
                "self.matches('^" + DNS_LABEL + "([.]" + DNS_LABEL + ")*$')",
                "must be the name of a " + kind);
    }

    static ValidationRule secretKey() {
        return rule("self.matches('^[-._a-zA-Z0-9]+$')", "must be a key of a Secret");
    }
}
