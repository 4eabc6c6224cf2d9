package dev.gibbon.operator.rotation;

/** What is to be done next about a change of roots. */
sealed interface RotationStep {

    /** Nothing: no change is asked for or due. */
    record Rest() implements RotationStep {}

    /**
     * Wait.
     *
     * @param what for people
     */
    record Await(String what) implements RotationStep {}

    /** Remember what was found. */
    record Remember(RotationRecord found) implements RotationStep {}

    /**
     * Make the next root, and trust it.
     *
     * @param cause for people
     */
    record Prepare(String cause, RotationRecord then) implements RotationStep {}

    /**
     * Let the next root sign.
     *
     * @param cause for people
     */
    record Activate(String cause, RotationRecord then) implements RotationStep {}

    /** Trust no other root than the one that signs. */
    record Retire(RotationRecord then) implements RotationStep {}
}
