package dev.gibbon.controlplane.authority;

import dev.gibbon.core.feed.Decoded;
import dev.gibbon.core.feed.FeedCodec;
import dev.gibbon.core.feed.FeedMessage.Upsert;
import dev.gibbon.core.feed.FeedResource.WorkloadResource;
import dev.gibbon.core.json.JsonFormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Workloads in one document of a {@link SecretStore}, in the lines that the feed uses. */
public final class WorkloadDocument implements WorkloadStore {
    private static final String DOCUMENT = "workloads";

    private final SecretStore store;

    public WorkloadDocument(SecretStore store) {
        this.store = store;
    }

    @Override
    public synchronized List<WorkloadResource> all() throws IOException {
        return List.copyOf(read().values());
    }

    @Override
    public synchronized boolean put(WorkloadResource workload) throws IOException {
        Map<String, WorkloadResource> workloads = read();
        if (workload.equals(workloads.put(workload.name(), workload))) {
            return false;
        }
        write(workloads);
        return true;
    }

    @Override
    public synchronized boolean remove(String name) throws IOException {
        Map<String, WorkloadResource> workloads = read();
        if (workloads.remove(name) == null) {
            return false;
        }
        write(workloads);
        return true;
    }

    private Map<String, WorkloadResource> read() throws IOException {
        String text = new String(store.read(DOCUMENT).orElse(new byte[0]), StandardCharsets.UTF_8);
        Map<String, WorkloadResource> workloads = new TreeMap<>();
        for (String line : text.lines().toList()) {
            try {
                if (FeedCodec.decode(line.getBytes(StandardCharsets.UTF_8))
                        instanceof Decoded.Known(Upsert(WorkloadResource workload))) {
                    workloads.put(workload.name(), workload);
                } else {
                    throw new IOException(DOCUMENT + ": another line (expected: workloads)");
                }
            } catch (JsonFormatException e) {
                throw new IOException(DOCUMENT + ": " + e.getMessage(), e);
            }
        }
        return workloads;
    }

    private void write(Map<String, WorkloadResource> workloads) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (WorkloadResource workload : workloads.values()) {
            out.writeBytes(FeedCodec.encode(new Upsert(workload)));
            out.write('\n');
        }
        store.write(DOCUMENT, out.toByteArray());
    }
}
