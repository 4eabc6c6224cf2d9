package dev.gibbon.controlplane.authority;

import java.io.IOException;
import java.util.Optional;

/** A few small documents, readable by their owner only. Writing replaces a document as a whole. */
public interface SecretStore {
    /** The document; empty when there is none. */
    Optional<byte[]> read(String name) throws IOException;

    /** Writes a document; when the call returns, it survives a crash. */
    void write(String name, byte[] content) throws IOException;
}
