package dev.gibbon.core.schema;

import dev.gibbon.core.entity.Protocol;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads protocols, one or a set. */
final class Protocols {
    private static final String EXPECTED = "expected one of: http, https, tcp, tls";

    private Protocols() {}

    static Protocol one(DocumentReader in, String field, Protocol ifAbsent) {
        String text = in.text(field, Protocols::check);
        return text == null ? ifAbsent : Protocol.parse(text).orElse(ifAbsent);
    }

    /** The protocols of a Route; those given when the field is wrong. */
    static List<Protocol> set(DocumentReader in, String field, List<Protocol> ifAbsent) {
        if (in.isNull(field)) {
            in.add(field, DocumentReader.MISSING);
        }
        List<String> texts = in.texts(field, "set", Protocols::check);
        if (texts == null || !in.isSound(field)) {
            return ifAbsent;
        }
        if (texts.isEmpty()) {
            in.add(field, "length must be at least 1");
            return ifAbsent;
        }
        List<Protocol> protocols =
                texts.stream().map(Protocol::parse).flatMap(Optional::stream).toList();
        boolean http = protocols.getFirst().isHttp();
        if (protocols.stream().anyMatch(protocol -> protocol.isHttp() != http)) {
            // Kong 1.1 takes a mix and then fails to build its router; 1.3 refuses it so.
            in.add(field, "these sets are mutually exclusive: ('http', 'https'), ('tcp', 'tls')");
            return ifAbsent;
        }
        return protocols;
    }

    private static @Nullable String check(String text) {
        return Protocol.parse(text).isPresent() ? null : EXPECTED;
    }
}
