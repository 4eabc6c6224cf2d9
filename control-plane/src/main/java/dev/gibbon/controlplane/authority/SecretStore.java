package dev.gibbon.controlplane.authority;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** A few small documents, readable by their owner only. Writing replaces a document as a whole. */
public interface SecretStore {
    /** The document; empty when there is none. */
    Optional<byte[]> read(String name) throws IOException;

    /** Writes a document; when the call returns, it survives a crash. */
    void write(String name, byte[] content) throws IOException;

    /**
     * Writes documents of which none exists yet, in this order: the last is the sign that all are
     * there. A store that several processes write to lets one of them do so.
     *
     * @return false when another was quicker; then nothing was written
     */
    default boolean writeFirst(SequencedMap<String, byte[]> documents) throws IOException {
        for (Map.Entry<String, byte[]> document : documents.entrySet()) {
            write(document.getKey(), document.getValue());
        }
        return true;
    }
}
