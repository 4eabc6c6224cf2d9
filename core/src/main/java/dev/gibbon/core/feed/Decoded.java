package dev.gibbon.core.feed;

import java.util.List;

/** What a line of the feed turned out to be. */
public sealed interface Decoded {

    /** A message of this version. */
    record Known(FeedMessage message) implements Decoded {}

    /**
     * A message that this version does not know and may ignore.
     *
     * @param what e.g. {@code type drain}
     */
    record Ignored(String what) implements Decoded {}

    /**
     * A message with something that its sender says must be understood, and that this version does
     * not.
     *
     * @param names from the message's {@code must}, e.g. {@code resource.authorize}
     */
    record Unsupported(List<String> names) implements Decoded {
        public Unsupported {
            names = List.copyOf(names);
        }
    }
}
