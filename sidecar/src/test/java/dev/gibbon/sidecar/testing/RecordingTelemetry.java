package dev.gibbon.sidecar.testing;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.sidecar.telemetry.AccessRecord;
import dev.gibbon.sidecar.telemetry.Telemetry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Remembers records. */
public final class RecordingTelemetry implements Telemetry {
    private final BlockingQueue<AccessRecord> records = new LinkedBlockingQueue<>();
    private final BlockingQueue<CloseReason> dials = new LinkedBlockingQueue<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger opened = new AtomicInteger();

    @Override
    public void opened() {
        open.incrementAndGet();
        opened.incrementAndGet();
    }

    @Override
    public void closed() {
        open.decrementAndGet();
    }

    @Override
    public void record(AccessRecord record) {
        records.add(record);
    }

    @Override
    public void dialled(CloseReason outcome, long nanos) {
        dials.add(outcome);
    }

    public int open() {
        return open.get();
    }

    public int total() {
        return opened.get();
    }

    /** The next record, within ten seconds. */
    public AccessRecord next() throws InterruptedException {
        AccessRecord record = records.poll(10, TimeUnit.SECONDS);
        if (record == null) {
            throw new AssertionError("no access record within 10 s");
        }
        return record;
    }

    public List<AccessRecord> rest() {
        List<AccessRecord> all = new ArrayList<>();
        records.drainTo(all);
        return all;
    }

    public List<CloseReason> dials() {
        return List.copyOf(dials);
    }
}
