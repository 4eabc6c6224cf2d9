package dev.gibbon.core.feed;

/** What a sidecar does about a line of the feed. */
public sealed interface FeedStep {

    /** Nothing: the batch goes on, or the line may be ignored. */
    record Wait() implements FeedStep {}

    /** Apply this configuration, then tell {@link FeedState} how it went. */
    record Apply(FeedConfig config) implements FeedStep {}

    /** Send this answer; what runs, goes on running. */
    record Answer(FeedMessage message) implements FeedStep {}

    /**
     * Close the connection and start anew: the control plane does not keep to the feed.
     *
     * @param reason for the log
     */
    record Disconnect(String reason) implements FeedStep {}
}
