package dev.gibbon.core.feed;

import dev.gibbon.core.feed.FeedMessage.Complete;
import dev.gibbon.core.feed.FeedMessage.Delete;
import dev.gibbon.core.feed.FeedMessage.Upsert;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What turns one set of resources into another. */
public record FeedDiff(List<FeedResource> upserts, List<ResourceKey> deletes) {

    public FeedDiff {
        upserts = List.copyOf(upserts);
        deletes = List.copyOf(deletes);
    }

    /** The changes from one set to another; equal resources are no change. */
    public static FeedDiff between(
            Map<ResourceKey, FeedResource> from, Map<ResourceKey, FeedResource> to) {
        List<FeedResource> upserts = new ArrayList<>();
        to.forEach((key, resource) -> {
            if (!resource.equals(from.get(key))) {
                upserts.add(resource);
            }
        });
        List<ResourceKey> deletes =
                from.keySet().stream().filter(key -> !to.containsKey(key)).toList();
        return new FeedDiff(upserts, deletes);
    }

    /** These changes and others. */
    FeedDiff and(FeedDiff more) {
        return new FeedDiff(
                Stream.concat(upserts.stream(), more.upserts.stream()).toList(),
                Stream.concat(deletes.stream(), more.deletes.stream()).toList());
    }

    /** The batch that carries these changes and ends with this snapshot. */
    List<FeedMessage> batch(FeedSnapshot to) {
        List<FeedMessage> messages = new ArrayList<>(upserts.size() + deletes.size() + 1);
        deletes.forEach(key -> messages.add(new Delete(key)));
        upserts.forEach(resource -> messages.add(new Upsert(resource)));
        messages.add(new Complete(to.revision(), to.hash()));
        return messages;
    }
}
