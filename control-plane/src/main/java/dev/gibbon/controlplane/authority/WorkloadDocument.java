package dev.gibbon.controlplane.authority;

import dev.gibbon.core.feed.Decoded;
import dev.gibbon.core.feed.FeedCodec;
import dev.gibbon.core.feed.FeedMessage.Upsert;
import dev.gibbon.core.feed.FeedResource.WorkloadResource;
import dev.gibbon.core.json.JsonFormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Workloads in one document of a {@link SecretStore}, in the lines that the feed uses. */
public final class WorkloadDocument implements WorkloadStore {
    private static final String DOCUMENT = "workloads";
    private static final String CERTIFICATES = "certificates";

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
        Map<String, Instant> certificates = readCertificates();
        if (certificates.remove(name) != null) {
            writeCertificates(certificates);
        }
        return true;
    }

    @Override
    public synchronized void certified(String name, Instant notAfter) throws IOException {
        Map<String, Instant> certificates = readCertificates();
        certificates.put(name, notAfter);
        writeCertificates(certificates);
    }

    @Override
    public synchronized Map<String, Instant> certificates() throws IOException {
        return Map.copyOf(readCertificates());
    }

    /** A line that is none is left out: these dates are shown, and decide nothing. */
    private Map<String, Instant> readCertificates() throws IOException {
        byte[] document = store.read(CERTIFICATES).orElse(new byte[0]);
        Map<String, Instant> certificates = new TreeMap<>();
        for (String line : new String(document, StandardCharsets.UTF_8).lines().toList()) {
            int space = Math.max(line.indexOf(' '), 0);
            end(line.substring(space).strip())
                    .ifPresent(notAfter -> certificates.put(line.substring(0, space), notAfter));
        }
        return certificates;
    }

    private static Optional<Instant> end(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }

    private void writeCertificates(Map<String, Instant> certificates) throws IOException {
        StringBuilder text = new StringBuilder();
        certificates.forEach(
                (name, notAfter) -> text.append(name).append(' ').append(notAfter).append('\n'));
        store.write(CERTIFICATES, text.toString().getBytes(StandardCharsets.UTF_8));
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
