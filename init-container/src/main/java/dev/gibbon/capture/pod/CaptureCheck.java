package dev.gibbon.capture.pod;

import dev.gibbon.capture.pod.TransparentListener.Arrival;
import dev.gibbon.capture.program.CaptureFailure;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Finds out whether outbound capture works, by trying: opens a connection to an address that nobody
 * has, and looks whether it arrives at the sidecar's port. So it runs where the sidecar does not
 * yet. Blocks its caller for some seconds at most.
 */
public final class CaptureCheck {
    /** Reserved for documentation (RFC 5737, RFC 3849): no network has them. */
    private static final List<String> TARGETS =
            List.of("192.0.2.2", "198.51.100.2", "203.0.113.2", "2001:db8::2", "3fff::2");

    private static final int FIRST_PORT = 1404;
    private static final Duration WAIT = Duration.ofSeconds(2);

    /** An IPv6 address can be used only a moment after it was given. */
    private static final int ATTEMPTS = 10;

    private static final Duration PAUSE = Duration.ofMillis(300);

    private final PodCaptureSpec spec;
    private final long uid;
    private final long gid;

    /**
     * Checks this.
     *
     * @param status {@code /proc/self/status}: the connection is made as this process' user
     */
    public CaptureCheck(PodCaptureSpec spec, String status) throws CaptureFailure {
        this.spec = spec;
        this.uid = effective("Uid:", status);
        this.gid = effective("Gid:", status);
    }

    /**
     * Tries in each family.
     *
     * @return what was seen, for people
     * @throws CaptureFailure when it is not so
     */
    public String run() throws CaptureFailure {
        if (gid == spec.gid()) {
            throw new CaptureFailure(
                    "cannot check as gid "
                            + gid
                            + ", which is the sidecar's and not captured (run as another group)");
        }
        if (spec.exclusions().outboundUids().contains(uid)) {
            throw new CaptureFailure(
                    "cannot check as uid " + uid + ", which is excluded (run as another user)");
        }
        Optional<Integer> port =
                IntStream.concat(IntStream.range(FIRST_PORT, 65536), IntStream.range(1, FIRST_PORT))
                        .filter(this::isCaptured)
                        .boxed()
                        .findFirst();
        if (port.isEmpty()) {
            return "nothing to check, for all outbound ports are excluded";
        }
        List<String> seen = new ArrayList<>();
        List<String> unreachable = new ArrayList<>();
        for (Family family : spec.families()) {
            InetSocketAddress target = new InetSocketAddress(target(family), port.get());
            if (hasRoute(target)) {
                seen.add(check(family, target));
            } else {
                unreachable.add(text(target));
            }
        }
        if (seen.isEmpty()) {
            throw new CaptureFailure(
                    "cannot check capture, for there is no route to "
                            + String.join(" nor ", unreachable)
                            + " (expected: a default route in the pod)");
        }
        return String.join(", ", seen);
    }

    private boolean isCaptured(int port) {
        return port != PodCaptureSpec.DNS_PORT
                && spec.exclusions().outboundPorts().stream()
                        .noneMatch(range -> range.contains(port));
    }

    private InetAddress target(Family family) throws CaptureFailure {
        return TARGETS.stream()
                .map(InetAddress::ofLiteral)
                .filter(address -> Family.of(address) == family)
                .filter(address ->
                        spec.exclusions().outboundCidrs().stream()
                                .noneMatch(block -> block.contains(address)))
                .findFirst()
                .orElseThrow(() ->
                        new CaptureFailure(
                                "cannot check capture of "
                                        + family
                                        + ", for all of "
                                        + TARGETS
                                        + " are in excluded CIDRs (expected: one that is"
                                        + " not; exclude less)"));
    }

    /**
     * Whether there is a way out at all: a pod may have IPv6 on its loopback interface only.
     * Connecting UDP asks the routes and sends nothing, so this is no answer from elsewhere.
     */
    private static boolean hasRoute(InetSocketAddress target) throws CaptureFailure {
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.connect(target);
            return true;
        } catch (BindException noAddressYet) {
            return true;
        } catch (SocketException e) {
            return false;
        } catch (IOException e) {
            throw new CaptureFailure("cannot check capture: " + e.getMessage());
        }
    }

    /** What was seen. */
    private String check(Family family, InetSocketAddress target) throws CaptureFailure {
        InetSocketAddress listener =
                new InetSocketAddress(
                        InetAddress.ofLiteral(family.loopback()), spec.outboundPort());
        try (TransparentListener open =
                        new TransparentListener(family, spec.outboundPort(), WAIT.toMillis());
                Socket client = connect(target, listener)) {
            Optional<Arrival> arrival = open.accept();
            while (arrival.isPresent()
                    && !arrival.get().client().equals(client.getLocalSocketAddress())) {
                arrival = open.accept();
            }
            if (arrival.isEmpty() || !arrival.get().destination().equals(target)) {
                throw inactive(target, listener, "it was accepted elsewhere");
            }
            return text(target) + " arrived at " + text(listener);
        } catch (BindException inUse) {
            return checkWithSidecar(target, listener);
        } catch (IOException e) {
            throw new CaptureFailure(
                    "cannot check capture: "
                            + e.getMessage()
                            + " (expected: CAP_NET_ADMIN, and a kernel with IP_TRANSPARENT)");
        }
    }

    /** The sidecar listens already. Who else should answer for an address that nobody has? */
    private static String checkWithSidecar(InetSocketAddress target, InetSocketAddress listener)
            throws CaptureFailure {
        try (Socket _ = connect(target, listener)) {
            return text(target) + " was accepted by who listens at " + text(listener);
        } catch (IOException e) {
            throw new CaptureFailure("cannot check capture: " + e.getMessage());
        }
    }

    /** A socket that is connected. */
    private static Socket connect(InetSocketAddress target, InetSocketAddress listener)
            throws IOException, CaptureFailure {
        for (int attempt = 1; ; attempt++) {
            Socket socket = new Socket();
            try {
                socket.connect(target, (int) WAIT.toMillis());
                return socket;
            } catch (IOException e) {
                if (String.valueOf(e.getMessage()).startsWith("Connection reset")) {
                    // It was accepted first: an attempt that is not is refused. The sidecar has no
                    // way to the target either, and is quick to say so.
                    return socket;
                }
                socket.close();
                // Here it says that this end has no address.
                if (!(e instanceof BindException) || attempt == ATTEMPTS) {
                    throw inactive(target, listener, String.valueOf(e.getMessage()));
                }
            }
            pause();
        }
    }

    private static void pause() throws CaptureFailure {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CaptureFailure("interrupted while checking capture");
        }
    }

    private static CaptureFailure inactive(
            InetSocketAddress target, InetSocketAddress listener, String what) {
        return new CaptureFailure(
                "capture is not active: a connection to "
                        + text(target)
                        + " did not arrive at "
                        + text(listener)
                        + ": "
                        + what
                        + " (see docs/kubernetes-capture.md, troubleshooting)");
    }

    private static String text(InetSocketAddress address) {
        String ip = address.getAddress().getHostAddress();
        return (ip.contains(":") ? "[" + ip + "]" : ip) + ":" + address.getPort();
    }

    /** The second number of such a line: real, effective, saved, for files. */
    private static long effective(String field, String status) throws CaptureFailure {
        return status.lines()
                .filter(line -> line.startsWith(field))
                .map(line -> line.split("\\s+", -1)[2])
                .map(Long::parseLong)
                .findFirst()
                .orElseThrow(() ->
                        new CaptureFailure(
                                "cannot check capture: /proc/self/status has no " + field));
    }
}
