package dev.gibbon.operator.config;

import java.util.Optional;

/**
 * What compiling found out about one object.
 *
 * @param key see {@link MeshObject#key}
 * @param generation that it is about
 * @param accepted whether the spec keeps all rules
 * @param resolved whether what it refers to is there and fits
 * @param pending whether something is still being looked up, so that nothing is to be said yet
 * @param audience the namespace whose sidecars need it; empty for all sidecars
 */
public record Verdict(
        String key,
        long generation,
        Finding accepted,
        Finding resolved,
        boolean pending,
        Optional<String> audience) {

    /** Whether it has the effect that it should have. */
    public boolean isGood() {
        return accepted.met() && resolved.met() && !pending;
    }
}
