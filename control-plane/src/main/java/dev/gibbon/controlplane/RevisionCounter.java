package dev.gibbon.controlplane;

import dev.gibbon.controlplane.authority.SecretStore;
import dev.gibbon.core.log.Log;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The last revision of the feed, kept so that a control plane that starts anew counts on. The
 * store's own revisions do not do: those of the feed also grow with the membership. One thread at a
 * time.
 */
final class RevisionCounter {
    private static final String DOCUMENT = "revision";

    private final SecretStore store;
    private final Log log;
    private long last;

    private RevisionCounter(SecretStore store, long last, Log log) {
        this.store = store;
        this.last = last;
        this.log = log;
    }

    /**
     * Reads where it was left; at 0 where there is nothing, or nothing that is a revision.
     *
     * @throws IOException when the store cannot be read
     */
    static RevisionCounter open(SecretStore store, Log log) throws IOException {
        String text =
                new String(store.read(DOCUMENT).orElse(new byte[0]), StandardCharsets.UTF_8)
                        .strip();
        boolean sound = text.matches("[0-9]{1,18}");
        if (!sound && !text.isEmpty()) {
            log.warn("revision: unreadable, counting from the store's", "document", DOCUMENT);
        }
        return new RevisionCounter(store, sound ? Long.parseLong(text) : 0, log);
    }

    /** The last one that was given to a change. */
    long last() {
        return last;
    }

    /** Keeps a revision. Where that fails it counts all the same: sidecars go by content. */
    void reached(long revision) {
        last = revision;
        try {
            store.write(DOCUMENT, (revision + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            log.warn("revision could not be kept", "revision", revision, "error", e);
        }
    }
}
