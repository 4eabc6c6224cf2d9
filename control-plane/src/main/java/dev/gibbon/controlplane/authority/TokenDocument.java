package dev.gibbon.controlplane.authority;

import dev.gibbon.core.json.JsonFormatException;
import dev.gibbon.core.json.JsonObject;
import dev.gibbon.core.json.JsonText;
import dev.gibbon.core.net.IpAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tokens in one document of a {@link SecretStore}, a line of JSON each. The document is read each
 * time, so that tokens made by another process ({@code gibbon token create}) count at once.
 */
public final class TokenDocument implements TokenStore {
    private static final String DOCUMENT = "tokens";

    private final SecretStore store;

    public TokenDocument(SecretStore store) {
        this.store = store;
    }

    @Override
    public synchronized Optional<StoredToken> find(String hash) throws IOException {
        return Optional.ofNullable(read().get(hash));
    }

    @Override
    public synchronized void add(StoredToken token) throws IOException {
        Map<String, StoredToken> tokens = read();
        tokens.put(token.hash(), token);
        write(tokens);
    }

    @Override
    public synchronized void removeExpired(Instant before) throws IOException {
        Map<String, StoredToken> tokens = read();
        if (tokens.values().removeIf(token -> token.expires().isBefore(before))) {
            write(tokens);
        }
    }

    private Map<String, StoredToken> read() throws IOException {
        String text = new String(store.read(DOCUMENT).orElse(new byte[0]), StandardCharsets.UTF_8);
        Map<String, StoredToken> tokens = new LinkedHashMap<>();
        for (String line : text.lines().toList()) {
            try {
                StoredToken token = parse(line);
                tokens.put(token.hash(), token);
            } catch (JsonFormatException e) {
                throw new IOException(DOCUMENT + ": " + e.getMessage(), e);
            }
        }
        return tokens;
    }

    private static StoredToken parse(String line) throws JsonFormatException {
        JsonObject json = JsonObject.parse(line.getBytes(StandardCharsets.UTF_8));
        List<IpAddress> addresses = new ArrayList<>();
        for (String address : json.strings("addresses")) {
            addresses.add(
                    IpAddress.parse(address)
                            .orElseThrow(() -> json.wrong("addresses", address, "IP addresses")));
        }
        return new StoredToken(
                json.string("hash"),
                json.string("name"),
                addresses,
                Instant.ofEpochSecond(json.number("expires")));
    }

    private void write(Map<String, StoredToken> tokens) throws IOException {
        StringBuilder text = new StringBuilder();
        for (StoredToken token : tokens.values()) {
            byte[] line =
                    JsonText.of(json -> {
                        json.writeStringField("hash", token.hash());
                        json.writeStringField("name", token.name());
                        json.writeArrayFieldStart("addresses");
                        for (IpAddress address : token.addresses()) {
                            json.writeString(address.toString());
                        }
                        json.writeEndArray();
                        json.writeNumberField("expires", token.expires().getEpochSecond());
                    });
            text.append(new String(line, StandardCharsets.UTF_8)).append('\n');
        }
        store.write(DOCUMENT, text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
