package dev.gibbon.sidecar.listener;

import java.io.IOException;

/** A listener could not be opened; the message is one line that says what to do. */
public final class ListenException extends IOException {
    private static final long serialVersionUID = 1;

    ListenException(String message, Throwable cause) {
        super(message, cause);
    }
}
