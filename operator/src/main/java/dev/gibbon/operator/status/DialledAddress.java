package dev.gibbon.operator.status;

import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.operator.discovery.Discovery;
import dev.gibbon.operator.discovery.PodFact;
import dev.gibbon.operator.discovery.ServiceFact;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads what people call a destination, the way a pod's resolver would. */
final class DialledAddress {
    private static final String EXPECTED =
            " (expected: IP:PORT, SERVICE[.NAMESPACE][:PORT] or pod/NAME[.NAMESPACE]:PORT)";

    private final Discovery discovery;
    private final String namespace;

    /**
     * @param namespace where a name without one is looked for
     */
    DialledAddress(Discovery discovery, String namespace) {
        this.discovery = discovery;
        this.namespace = namespace;
    }

    Dialled parse(String text) throws BadQuestion {
        Optional<IpPort> address = IpPort.parse(text);
        if (address.isPresent()) {
            return new Dialled(address.get(), serviceAt(address.get().ip()).orElse(null));
        }
        int colon = text.lastIndexOf(':');
        String name = (colon < 0 ? text : text.substring(0, colon)).toLowerCase(Locale.ROOT);
        int port = colon < 0 ? 0 : port(text, text.substring(colon + 1));
        return name.startsWith("pod/")
                ? pod(text, name.substring(4), port)
                : service(text, name, port);
    }

    private static int port(String text, String digits) throws BadQuestion {
        boolean number =
                !digits.isEmpty()
                        && digits.length() <= 5
                        && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = number ? Integer.parseInt(digits) : 0;
        if (port < 1 || port > 65535) {
            throw BadQuestion.unreadable("to: " + text + EXPECTED);
        }
        return port;
    }

    private Optional<ServiceFact> serviceAt(IpAddress ip) {
        return discovery.services().stream()
                .filter(one -> one.clusterIps().contains(ip))
                .findFirst();
    }

    private Dialled pod(String text, String name, int port) throws BadQuestion {
        if (port == 0) {
            throw BadQuestion.unreadable("to: " + text + EXPECTED);
        }
        PodFact pod =
                discovery
                        .pod(PodQuestion.meshName(discovery, name, namespace))
                        .orElseThrow(() -> BadQuestion.absent("to: no pod " + name));
        if (pod.addresses().isEmpty()) {
            throw BadQuestion.absent("to: pod " + pod.meshName() + " has no address of its own");
        }
        return new Dialled(new IpPort(pod.addresses().getFirst(), port), null);
    }

    private Dialled service(String text, String name, int port) throws BadQuestion {
        String[] labels = name.split("\\.", -1);
        if (labels[0].isEmpty()) {
            throw BadQuestion.unreadable("to: " + text + EXPECTED);
        }
        // What follows .svc is the cluster's domain, which a resolver adds.
        boolean isOurs = labels.length < 3 || labels[2].equals("svc");
        String in = labels.length > 1 ? labels[1] : namespace;
        ServiceFact service =
                (isOurs ? discovery.service(in, labels[0]) : Optional.<ServiceFact>empty())
                        .orElseThrow(() ->
                                BadQuestion.absent(
                                        "to: no Service "
                                                + name
                                                + (labels.length == 1 ? " in " + in : "")
                                                + "; names of others are not resolved here, give"
                                                + " an address"));
        if (service.clusterIps().isEmpty()) {
            throw BadQuestion.absent(
                    "to: Service "
                            + in
                            + "/"
                            + labels[0]
                            + " has no virtual address: its clients dial pods themselves; ask for"
                            + " pod/NAME:PORT");
        }
        return new Dialled(
                new IpPort(service.clusterIps().getFirst(), chosen(service, port)), service);
    }

    private static int chosen(ServiceFact service, int port) throws BadQuestion {
        List<Integer> ports = service.ports().stream().map(ServiceFact.Port::port).toList();
        if (port != 0) {
            return port;
        }
        if (ports.size() != 1) {
            throw BadQuestion.unreadable(
                    "to: Service "
                            + service.namespace()
                            + "/"
                            + service.name()
                            + " has TCP ports "
                            + ports
                            + " (expected: one of them behind the name, e.g. "
                            + service.name()
                            + ":80)");
        }
        return ports.getFirst();
    }
}
