package dev.gibbon.controlplane.authority;

/**
 * What was issued cannot sign for the mesh. The message is one sentence, without any of the key.
 */
public final class UnusableIntermediateException extends Exception {
    private static final long serialVersionUID = 1L;

    UnusableIntermediateException(String message) {
        super(message);
    }
}
