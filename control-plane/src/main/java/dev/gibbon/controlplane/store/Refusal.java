package dev.gibbon.controlplane.store;

import java.util.UUID;

/** Why a change would break the configuration. Kinds are named in the plural: {@code services}. */
public sealed interface Refusal {

    /** An entity of this kind has this id already. */
    record IdTaken(String kind, UUID id) implements Refusal {}

    /** Another entity of this kind has this name. */
    record NameTaken(String kind, String name) implements Refusal {}

    /** A Route refers to a Service that is not there. */
    record NoSuchService(UUID service) implements Refusal {}

    /** The entity cannot go while one of another kind refers to it. */
    record StillReferenced(String kind, String by) implements Refusal {}

    /**
     * The place where the configuration is kept has no form for this entity, though it breaks no
     * rule of its kind.
     *
     * @param why what of it, and what to do, as a clause
     */
    record NotKept(String kind, String why) implements Refusal {}
}
