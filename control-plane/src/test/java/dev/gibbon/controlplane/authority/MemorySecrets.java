package dev.gibbon.controlplane.authority;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Documents in memory; can be made to fail. */
class MemorySecrets implements SecretStore {
    final Map<String, byte[]> documents = new HashMap<>();
    boolean broken;

    @Override
    public Optional<byte[]> read(String name) throws IOException {
        return Optional.ofNullable(documents.get(name)).map(byte[]::clone);
    }

    @Override
    public void write(String name, byte[] content) throws IOException {
        if (broken) {
            throw new IOException("disk full");
        }
        documents.put(name, content.clone());
    }
}
