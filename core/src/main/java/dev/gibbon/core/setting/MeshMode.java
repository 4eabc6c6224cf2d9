package dev.gibbon.core.setting;

/** What happens to a connection that does not come, or cannot go, over mesh TLS. */
public enum MeshMode {
    /** It is served as configured, as Kong 1.1 does. */
    PERMISSIVE,
    /** It is refused, in both directions. */
    STRICT
}
