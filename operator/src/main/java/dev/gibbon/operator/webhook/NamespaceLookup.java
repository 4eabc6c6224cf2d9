package dev.gibbon.operator.webhook;

import dev.gibbon.operator.inject.PodNamespace;
import java.io.IOException;
import java.time.Duration;

/** Where the labels of a namespace are looked up. */
public interface NamespaceLookup {

    /**
     * The namespace, which exists: a pod is being created in it. It may have been made a moment
     * ago, so a cache that does not have it must ask the API server. Any thread may call.
     *
     * @param timeout how long the caller can wait
     * @throws IOException when it cannot be had; the pod is then refused and tried again by what
     *     makes it
     * @throws InterruptedException when the caller is to end
     */
    PodNamespace find(String name, Duration timeout) throws IOException, InterruptedException;
}
