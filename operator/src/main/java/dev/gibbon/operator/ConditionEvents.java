package dev.gibbon.operator;

import dev.gibbon.operator.config.ConditionTurn;
import dev.gibbon.operator.config.StatusFact;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;

/** Tells of MeshServices and MeshRoutes that cannot be used, by Events about them. Blocks. */
final class ConditionEvents implements ConditionTurn.Listener {
    private final EventWriter events;

    ConditionEvents(EventWriter events) {
        this.events = events;
    }

    @Override
    public void onTurn(StatusFact object, ConditionTurn turn) {
        events.write(
                "gibbon-configuration-",
                new ObjectReferenceBuilder()
                        .withApiVersion(object.apiVersion())
                        .withKind(object.kind())
                        .withNamespace(object.namespace())
                        .withName(object.name())
                        .withUid(object.uid())
                        .build(),
                turn.usable() ? "Normal" : "Warning",
                turn.reason(),
                turn.message());
    }
}
