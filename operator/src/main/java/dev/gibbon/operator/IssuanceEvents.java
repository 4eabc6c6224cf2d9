package dev.gibbon.operator;

import dev.gibbon.operator.certmanager.IntermediateRequest;
import dev.gibbon.operator.certmanager.IssuanceLook;
import dev.gibbon.operator.certmanager.Trouble;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import java.util.function.Consumer;

/**
 * Tells of trouble with cert-manager by Events: about the Certificate, or about the operator's
 * Deployment where there can be no Certificate. Blocks.
 */
final class IssuanceEvents implements Consumer<Trouble> {
    private static final String DEPLOYMENT = "gibbon-operator";

    private final EventWriter events;
    private final String namespace;
    private final IssuanceLook look;

    IssuanceEvents(EventWriter events, String namespace, IssuanceLook look) {
        this.events = events;
        this.namespace = namespace;
        this.look = look;
    }

    @Override
    public void accept(Trouble trouble) {
        ObjectReference about =
                look.certificateUid()
                        .map(uid ->
                                new ObjectReferenceBuilder()
                                        .withApiVersion("cert-manager.io/v1")
                                        .withKind("Certificate")
                                        .withNamespace(namespace)
                                        .withName(IntermediateRequest.NAME)
                                        .withUid(uid)
                                        .build())
                        .orElseGet(() ->
                                new ObjectReferenceBuilder()
                                        .withApiVersion("apps/v1")
                                        .withKind("Deployment")
                                        .withNamespace(namespace)
                                        .withName(DEPLOYMENT)
                                        .build());
        events.write(
                "gibbon-issuance-", about, "Warning", trouble.reason().label(), trouble.message());
    }
}
