package dev.gibbon.controlplane.feed;

import dev.gibbon.core.feed.FeedConversation;
import dev.gibbon.core.feed.FeedMessage;
import dev.gibbon.core.feed.FeedMessage.Ack;
import dev.gibbon.core.feed.FeedMessage.Complete;
import dev.gibbon.core.feed.FeedMessage.Delete;
import dev.gibbon.core.feed.FeedMessage.Hello;
import dev.gibbon.core.feed.FeedMessage.Nack;
import dev.gibbon.core.feed.FeedMessage.Subscribe;
import dev.gibbon.core.feed.FeedMessage.Upsert;
import dev.gibbon.core.log.Log;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One sidecar at the feed: who it is, and its {@link FeedConversation}. Not on an event loop, as
 * naming and comparing may take long; one thread at a time.
 */
final class FeedPeer {
    private static final int MAX_REASON = 500;

    private final FeedHub hub;
    private final SidecarRegister register;
    private final NameCheck names;
    private final String proven;
    private final InstantSource clock;
    private final Log log;
    private final FeedConversation conversation = new FeedConversation(null);

    private @Nullable String name;

    /** Whether the peer bears a name. */
    @FunctionalInterface
    interface NameCheck {
        boolean bears(String name) throws IOException;
    }

    /** The peer does not keep to the feed, or is not who he says. The message is for the log. */
    static final class PeerFault extends Exception {
        private static final long serialVersionUID = 1L;

        PeerFault(String message) {
            super(message);
        }
    }

    /**
     * A peer that has not said hello.
     *
     * @param proven what its connection proves, for the log
     */
    FeedPeer(
            FeedHub hub,
            SidecarRegister register,
            NameCheck names,
            String proven,
            InstantSource clock,
            Log log) {
        this.hub = hub;
        this.register = register;
        this.names = names;
        this.proven = proven;
        this.clock = clock;
        this.log = log;
    }

    /** What the peer is called, or what it has proved before it has a name. */
    String shown() {
        String known = name;
        return known == null ? proven : known;
    }

    /** Whether it has said hello. */
    boolean isGreeted() {
        return name != null;
    }

    /**
     * Takes a message.
     *
     * @return what to send
     * @throws PeerFault when the connection must end
     */
    List<FeedMessage> take(FeedMessage message) throws PeerFault {
        String known = name;
        switch (message) {
            case Hello hello when known == null -> {
                return greet(hello);
            }
            case Ack(long revision) when known != null -> {
                register.acknowledged(known, this, revision);
                return conversation.onAck(revision);
            }
            case Nack(long revision, String text) when known != null -> {
                String reason = text.substring(0, Math.min(text.length(), MAX_REASON));
                log.warn(
                        "sidecar refused a revision",
                        "name",
                        known,
                        "revision",
                        revision,
                        "reason",
                        reason);
                register.refused(known, this, reason);
                return conversation.onNack(revision);
            }
            case Subscribe subscribe when known != null -> {
                Optional<String> refusal = FeedConversation.refusal(subscribe);
                if (refusal.isPresent()) {
                    throw new PeerFault(refusal.get());
                }
                return conversation.onSubscribe(subscribe);
            }
            case Hello _, Ack _, Nack _, Subscribe _, Upsert _, Delete _, Complete _ ->
                    throw new PeerFault("message out of turn (expected: hello, then answers)");
        }
    }

    private List<FeedMessage> greet(Hello hello) throws PeerFault {
        Optional<String> refusal = FeedConversation.refusal(hello);
        if (refusal.isPresent()) {
            throw new PeerFault(refusal.get());
        }
        try {
            if (!names.bears(hello.name())) {
                throw new PeerFault("name is not the one of the certificate, or none at all");
            }
        } catch (IOException e) {
            throw new PeerFault("name could not be checked: " + e.getMessage());
        }
        name = hello.name();
        register.connected(hello.name(), this, clock.instant());
        log.info("sidecar connected", "name", hello.name());
        return conversation.onHello(hello, resume -> hub.find(resume, hello.name()));
    }

    /** There is something new; what to send. */
    List<FeedMessage> publish(Publication publication) {
        String known = name;
        return known == null ? List.of() : conversation.onPublish(publication.of(known));
    }

    /** Wants to hear of publications, the latest first. */
    void follow(Consumer<Publication> listener) {
        hub.add(listener);
    }

    /**
     * The connection is closed.
     *
     * @param listener the one that {@link #follow} was given, if it was
     */
    void leave(@Nullable Consumer<Publication> listener) {
        if (listener != null) {
            hub.remove(listener);
        }
        String known = name;
        if (known != null) {
            hub.remember(conversation.states());
            register.disconnected(known, this);
            log.info("sidecar disconnected", "name", known);
        }
    }
}
