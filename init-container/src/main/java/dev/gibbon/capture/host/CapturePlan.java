package dev.gibbon.capture.host;

import dev.gibbon.capture.host.CaptureRule.Divert;
import dev.gibbon.capture.host.CaptureRule.DivertNew;
import dev.gibbon.capture.host.CaptureRule.End;
import dev.gibbon.capture.host.CaptureRule.Match;
import dev.gibbon.capture.host.CaptureRule.PassMarked;
import dev.gibbon.capture.host.CaptureRule.PassSource;
import dev.gibbon.capture.host.CaptureRule.RefuseNew;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The rules that make a {@link CaptureSpec} come true, in order. Clients come before workloads: a
 * connection between two captured parties goes to the client's sidecar first, and the connection
 * that this sidecar makes goes to the workload's.
 */
public record CapturePlan(List<CaptureRule> rules) {

    /** The bit that exempts a socket, within {@link #MARK_MASK}. */
    public static final int BYPASS_MARK = 0x400;

    /** The bits of a packet's mark that belong to Gibbon. */
    public static final int MARK_MASK = 0xf00;

    public CapturePlan {
        rules = List.copyOf(rules);
    }

    /** Plans what is specified. */
    public static CapturePlan of(CaptureSpec spec) {
        List<CaptureRule> rules = new ArrayList<>();
        rules.add(new PassMarked());
        for (InetAddress source : spec.exempt()) {
            rules.add(new PassSource(source));
        }
        for (CaptureSpec.Outbound entry : spec.outbound()) {
            Match match = new Match(End.SOURCE, entry.client(), entry.port());
            divert(match, entry.sidecar(), rules);
        }
        for (CaptureSpec.Inbound entry : spec.inbound()) {
            Match match = new Match(End.DESTINATION, entry.workload(), entry.port());
            divert(match, entry.sidecar(), rules);
        }
        return new CapturePlan(rules);
    }

    private static void divert(Match match, InetSocketAddress sidecar, List<CaptureRule> rules) {
        rules.add(new DivertNew(match, sidecar));
        rules.add(new RefuseNew(match));
        rules.add(new Divert(match, sidecar));
    }
}
