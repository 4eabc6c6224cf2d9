package dev.gibbon.crd;

/** The conditions that a MeshService and a MeshRoute have. */
public enum ConditionType {
    /** Whether the spec keeps all rules. */
    ACCEPTED("Accepted"),
    /** Whether all that the spec refers to is there and fits. */
    RESOLVED_REFS("ResolvedRefs"),
    /** Whether every sidecar that needs the object has acknowledged its latest generation. */
    PROGRAMMED("Programmed");

    private final String text;

    ConditionType(String text) {
        this.text = text;
    }

    /** The {@code type} of the condition. */
    public String text() {
        return text;
    }
}
