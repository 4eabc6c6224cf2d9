package dev.gibbon.cli.node;

import java.net.BindException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;

/** What an exception means, in words for the user. */
final class Sentence {
    private Sentence() {}

    static String of(Throwable failure) {
        return switch (failure) {
            case AccessDeniedException e -> e.getFile() + ": permission denied";
            case NoSuchFileException e -> e.getFile() + ": no such file";
            case FileAlreadyExistsException e -> e.getFile() + ": exists and is not a folder";
            case BindException e -> "the address is in use: " + e.getMessage();
            default -> {
                String message = failure.getMessage();
                yield message == null ? failure.getClass().getSimpleName() : message;
            }
        };
    }
}
