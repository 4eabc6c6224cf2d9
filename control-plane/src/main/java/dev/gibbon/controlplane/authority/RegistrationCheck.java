package dev.gibbon.controlplane.authority;

import dev.gibbon.core.feed.FeedResource.WorkloadResource;
import dev.gibbon.core.feed.WorkloadAddress;
import dev.gibbon.core.join.CertificateOrder;
import dev.gibbon.core.join.Refusal;
import dev.gibbon.core.net.IpPort;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Whether a sidecar can be registered beside those that are. */
final class RegistrationCheck {
    private RegistrationCheck() {}

    /**
     * Refuses a workload that another sidecar has declared: peers could not tell which of the two
     * identities to expect at its address.
     */
    static Optional<Refusal> addressTaken(
            CertificateOrder order, Collection<WorkloadResource> registered) {
        for (WorkloadResource other : registered) {
            if (other.name().equals(order.name())) {
                continue;
            }
            for (WorkloadAddress wanted : order.workload()) {
                for (WorkloadAddress taken : other.addresses()) {
                    Optional<String> overlap = overlap(wanted, taken);
                    if (overlap.isPresent()) {
                        return Optional.of(addressTaken(overlap.get(), other.name()));
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static Refusal addressTaken(String address, String name) {
        return new Refusal(
                "address_taken",
                "workload: "
                        + address
                        + " is that of sidecar "
                        + name
                        + " (expected: an address that no other sidecar declares); if "
                        + name
                        + " is gone for good: gibbon workload remove "
                        + name);
    }

    /**
     * Whether an order would change what its name is registered with. One without a workload leaves
     * that as it is; order does not matter.
     */
    static boolean differs(CertificateOrder order, WorkloadResource registered) {
        return !Set.copyOf(order.addresses()).equals(Set.copyOf(registered.sources()))
                || (!order.workload().isEmpty()
                        && !Set.copyOf(order.workload())
                                .equals(Set.copyOf(registered.addresses())));
    }

    /** Refuses a second node of a name: the first one would lose its place in the mesh. */
    static Refusal nameInUse(CertificateOrder order, WorkloadResource registered) {
        return new Refusal(
                "name_in_use",
                "name: "
                        + order.name()
                        + " with addresses "
                        + order.addresses().stream().sorted().toList()
                        + ", but a sidecar of this name is connected or about to be, with others"
                        + " (expected: "
                        + registered.sources().stream().sorted().toList()
                        + " and the same workload); give this node a prefix with another last part,"
                        + " or stop that one");
    }

    /** An address that belongs to both, with the lowest port where not all ports do. */
    private static Optional<String> overlap(WorkloadAddress one, WorkloadAddress other) {
        if (!one.ip().equals(other.ip())) {
            return Optional.empty();
        }
        Set<Integer> a = one.ports();
        Set<Integer> b = other.ports();
        if (a.isEmpty() && b.isEmpty()) {
            return Optional.of(one.ip().toString());
        }
        TreeSet<Integer> common = new TreeSet<>(a.isEmpty() ? b : a);
        if (!a.isEmpty() && !b.isEmpty()) {
            common.retainAll(b);
        }
        return common.isEmpty()
                ? Optional.empty()
                : Optional.of(new IpPort(one.ip(), common.getFirst()).toString());
    }
}
