package dev.gibbon.cli.hosts;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A bridge in a network namespace of its own, and hosts at it: host <i>n</i> has the addresses
 * 10.77.0.<i>n</i> and fd77::<i>n</i>. Nothing of the machine's own network is touched, and all of
 * it is gone after {@link #close}.
 */
final class Network {
    private final String id =
            ProcessHandle.current().pid() + "-" + Long.toString(System.nanoTime(), 36);
    private final Path folder;
    private final Host bridge;
    private final List<Host> hosts = new ArrayList<>();

    Network(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        this.bridge = namespace("bridge");
        bridge.done("ip", "link", "add", "br0", "type", "bridge");
        bridge.done("ip", "link", "set", "br0", "up");
    }

    /**
     * Adds a host.
     *
     * @param number 1-9; the last part of its addresses
     */
    Host host(String name, int number) throws IOException, InterruptedException {
        Host host = namespace(name);
        String port = "port" + number;
        bridge.done(
                "ip",
                "link",
                "add",
                port,
                "type",
                "veth",
                "peer",
                "name",
                "eth0",
                "netns",
                host.namespace());
        bridge.done("ip", "link", "set", port, "master", "br0", "up");
        host.done("ip", "address", "add", "10.77.0." + number + "/24", "dev", "eth0");
        // Without duplicate address detection, which would take a second.
        host.done("ip", "address", "add", "fd77::" + number + "/64", "dev", "eth0", "nodad");
        host.done("ip", "link", "set", "eth0", "up");
        return host;
    }

    private Host namespace(String name) throws IOException, InterruptedException {
        Host host = new Host("gibbon-h-" + id + "-" + name, folder.resolve(name));
        hosts.add(host);
        host.open();
        return host;
    }

    void close() throws IOException, InterruptedException {
        for (Host host : hosts.reversed()) {
            host.close();
        }
    }

    /** What a command's environment must not have of ours. */
    static void clean(Map<String, String> environment) {
        environment.keySet().removeIf(name -> name.startsWith("GIBBON_"));
    }
}
