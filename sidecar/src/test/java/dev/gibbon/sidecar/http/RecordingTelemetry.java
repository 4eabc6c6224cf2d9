package dev.gibbon.sidecar.http;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.sidecar.telemetry.AccessRecord;
import dev.gibbon.sidecar.telemetry.Telemetry;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps what it is told. */
final class RecordingTelemetry implements Telemetry {
    final BlockingQueue<AccessRecord> records = new LinkedBlockingQueue<>();
    final AtomicInteger count = new AtomicInteger();

    @Override
    public void opened() {}

    @Override
    public void closed() {}

    @Override
    public void record(AccessRecord record) {
        count.incrementAndGet();
        records.add(record);
    }

    @Override
    public void dialled(CloseReason outcome, long nanos) {}

    /** The HTTP status of a record; -1 for a stream. */
    static int status(AccessRecord record) {
        AccessRecord.Request request = record.request();
        return request == null ? -1 : request.status();
    }

    AccessRecord next() throws InterruptedException {
        AccessRecord record = records.poll(10, TimeUnit.SECONDS);
        if (record == null) {
            throw new AssertionError("no access record within 10 s");
        }
        return record;
    }
}
