package dev.gibbon.operator.identity;

import dev.gibbon.controlplane.authority.Applicant;
import dev.gibbon.controlplane.authority.CertificateDesk;
import dev.gibbon.controlplane.authority.LiveSidecars;
import dev.gibbon.core.join.CertificateOrder;
import java.io.IOException;
import java.util.concurrent.atomic.LongAdder;

/** Counts what another desk answers. */
public final class CountingDesk implements CertificateDesk {
    private final CertificateDesk desk;
    private final LongAdder granted = new LongAdder();
    private final LongAdder refused = new LongAdder();

    public CountingDesk(CertificateDesk desk) {
        this.desk = desk;
    }

    @Override
    public Answer answer(CertificateOrder order, Applicant applicant, LiveSidecars live)
            throws IOException {
        Answer answer = desk.answer(order, applicant, live);
        switch (answer) {
            case Answer.Granted _ -> granted.increment();
            case Answer.Refused _ -> refused.increment();
        }
        return answer;
    }

    /** How many certificates were signed since the start. */
    public long granted() {
        return granted.sum();
    }

    /** How many orders were refused since the start. */
    public long refused() {
        return refused.sum();
    }
}
