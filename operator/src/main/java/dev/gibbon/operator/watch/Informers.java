package dev.gibbon.operator.watch;

import dev.gibbon.core.log.Log;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** The informers of this process. They go on by themselves until they are closed. */
public final class Informers implements AutoCloseable {
    private static final long PAGE = 500;

    private final Log log;
    private final List<SharedIndexInformer<?>> informers = new ArrayList<>();

    public Informers(Log log) {
        this.log = log;
    }

    /**
     * Fills tables from now on, once {@link #start} is called.
     *
     * @param maker makes an empty object of the kind
     */
    public <T extends HasMetadata> void fill(
            Informable<T> source,
            Supplier<T> maker,
            List<? extends ResourceEventHandler<? super T>> tables) {
        SharedIndexInformer<T> informer =
                source.withLimit(PAGE)
                        .runnableInformer(0)
                        .removeNamespaceIndex()
                        .itemStore(new NamesOnly<>(maker))
                        .exceptionHandler(this::retry);
        tables.forEach(informer::addEventHandler);
        informers.add(informer);
    }

    private boolean retry(boolean started, Throwable cause) {
        log.warn("watch failed and is begun anew", "cause", cause);
        return true;
    }

    /**
     * Starts all, and waits until each has seen what there is.
     *
     * @throws IOException when that takes longer than the limit
     */
    public void start(long limitSeconds) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(limitSeconds);
        List<CompletableFuture<Void>> starts = new ArrayList<>();
        for (SharedIndexInformer<?> informer : informers) {
            starts.add(informer.start().toCompletableFuture());
        }
        try {
            for (CompletableFuture<Void> start : starts) {
                start.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException("API server: " + cause(e), e);
        } catch (TimeoutException e) {
            throw new IOException(
                    "API server: no answer to a list of all kinds within "
                            + limitSeconds
                            + " s; is it up, are the CRDs installed, and may this ServiceAccount list and watch?",
                    e);
        }
    }

    private static String cause(ExecutionException e) {
        Throwable cause = e.getCause();
        return String.valueOf(cause == null ? e.getMessage() : cause.getMessage());
    }

    /** Whether all watches are established at this moment. */
    public boolean areWatching() {
        return informers.stream().allMatch(SharedIndexInformer::isWatching);
    }

    @Override
    public void close() {
        informers.forEach(SharedIndexInformer::stop);
    }
}
