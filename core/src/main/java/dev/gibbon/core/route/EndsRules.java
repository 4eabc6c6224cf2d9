package dev.gibbon.core.route;

import dev.gibbon.core.rule.StreamRule;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The rules for connections between the same ends, so that only the first bytes tell them apart: of
 * those with the same answer to them, only the first in order is kept. Filled by one thread in
 * ascending order, read-only afterwards.
 */
final class EndsRules {
    /** The place of no rule: after all others. */
    static final int NONE = Integer.MAX_VALUE;

    private int opaque = NONE;
    private int plain = NONE;
    private int tls = NONE;
    private @Nullable Map<String, Integer> named;
    private int firstNamed = NONE;
    private @Nullable UUID firstNamedService;
    private int otherNamed = NONE;

    void add(int place, StreamRule rule) {
        String sni = rule.sni();
        if (sni != null) {
            if (rule.bytes() != StreamRule.Bytes.PLAIN) {
                addNamed(place, sni, rule.service());
            }
            return;
        }
        switch (rule.bytes()) {
            case OPAQUE -> opaque = Math.min(opaque, place);
            case PLAIN -> plain = Math.min(plain, place);
            case TLS -> tls = Math.min(tls, place);
        }
    }

    private void addNamed(int place, String sni, @Nullable UUID service) {
        if (named == null) {
            named = new HashMap<>(4);
        }
        named.putIfAbsent(sni, place);
        if (firstNamed == NONE) {
            firstNamed = place;
            firstNamedService = service;
        } else if (otherNamed == NONE && !Objects.equals(service, firstNamedService)) {
            otherNamed = place;
        }
    }

    /** The place of the first rule for bytes that are not a ClientHello. */
    int forPlain() {
        return Math.min(opaque, plain);
    }

    /** The place of the first rule for a ClientHello whose server name no rule asks for. */
    int forTls() {
        return Math.min(opaque, tls);
    }

    /** The place of the first rule for a ClientHello with this server name, null for none. */
    int forTls(@Nullable String sni) {
        Integer place = named == null || sni == null ? null : named.get(sni);
        return place == null ? forTls() : Math.min(place, forTls());
    }

    /** The place of the first rule that asks for a server name. */
    int firstNamed() {
        return firstNamed;
    }

    /** The place of the first rule that asks for a server name and has another Service. */
    int firstNamedOtherThan(@Nullable UUID service) {
        return Objects.equals(service, firstNamedService) ? otherNamed : firstNamed;
    }
}
