package dev.gibbon.crd.translate;

/**
 * How large the parts of a custom resource may be. The API server needs them to know what checking
 * an object may cost; the Admin API has none of them.
 */
public final class Bounds {
    /** Elements of a list. */
    public static final int LIST = 64;

    /** Headers that a MeshRoute names. */
    public static final int HEADERS = 16;

    /** Characters of a header's name. */
    public static final int HEADER_NAME = 128;

    /** Characters of a header's value. */
    public static final int HEADER_VALUE = 256;

    /** Characters of a host, or of the name of an object. */
    public static final int NAME = 253;

    /** Characters of the name of a Kubernetes Service. */
    public static final int LABEL = 63;

    /** Characters of a path. */
    public static final int PATH = 1024;

    /** Characters of a method. */
    public static final int METHOD = 32;

    /** Characters of an address block. */
    public static final int ADDRESS = 64;

    /** Rules that one MeshRoute may become: the product of its lists. */
    public static final int COMBINATIONS = 10_000;

    private Bounds() {}
}
