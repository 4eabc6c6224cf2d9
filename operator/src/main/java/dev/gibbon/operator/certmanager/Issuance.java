package dev.gibbon.operator.certmanager;

import dev.gibbon.controlplane.authority.Intermediate;
import java.util.Optional;

/**
 * What one look at cert-manager has come to. There can be an intermediate and trouble at once, e.g.
 * when a renewal fails.
 *
 * @param offered checked, and fit to sign; empty for none
 * @param trouble empty when all is well
 */
public record Issuance(Optional<Intermediate> offered, Optional<Trouble> trouble) {
    static Issuance of(Trouble trouble) {
        return new Issuance(Optional.empty(), Optional.of(trouble));
    }
}
