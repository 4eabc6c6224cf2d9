package dev.gibbon.sidecar.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.json.JsonObject;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A network namespace as a pod: an address, capture rules, a sidecar, and sockets of an
 * application.
 */
final class Pod {
    private static final int CLONE_NEWNET = 0x40000000;

    /** As the reference recipe: both directions TPROXY, the sidecar known by its group. */
    private static final String RULES =
            """
            table inet gibbon {
              chain outbound {
                meta nfproto ipv4 meta l4proto tcp tproxy ip to 127.0.0.1:15001 accept
                meta nfproto ipv6 meta l4proto tcp tproxy ip6 to [::1]:15001 accept
                drop
              }
              chain inbound {
                meta nfproto ipv4 meta l4proto tcp tproxy ip to 127.0.0.1:15006 accept
                meta nfproto ipv6 meta l4proto tcp tproxy ip6 to [::1]:15006 accept
                drop
              }
              chain pre {
                type filter hook prerouting priority mangle; policy accept;
                meta l4proto != tcp accept
                iifname "lo" meta mark & 0x00000f00 == 0x00000100 goto outbound
                iifname "lo" accept
                tcp flags & (fin | syn | rst | ack) == syn ct mark set 0x400
                tcp dport 15021 accept
                fib daddr type != local accept
                tcp flags & (fin | syn | rst | ack) == syn ct mark set 0xc00
                ct mark & 0x00000f00 == 0x00000c00 ct direction original goto inbound
              }
              chain out {
                type route hook output priority mangle; policy accept;
                meta l4proto != tcp accept
                tcp flags & (fin | syn | rst | ack) == syn ct mark set 0x0
                ct mark & 0x00000f00 == 0x00000200 ct direction reply meta mark set 0x100 accept
                ct mark & 0x00000f00 == 0x00000200 accept
                oifname "lo" tcp flags & (fin | syn | rst | ack) == syn fib saddr type != local ct mark set 0x200
                oifname "lo" accept
                ct mark & 0x00000400 == 0x00000400 accept
                meta skgid 1337 ct mark set 0x400 accept
                meta mark set 0x100
              }
            }
            """;

    private final String namespace;
    private final Path folder;
    private @Nullable Process sidecar;

    Pod(String namespace, Path folder) {
        this.namespace = namespace;
        this.folder = folder;
    }

    String namespace() {
        return namespace;
    }

    Path folder() {
        return folder;
    }

    /** Diverts the pod's connections. */
    void capture() throws IOException, InterruptedException {
        Path rules = folder.resolve("rules.nft");
        Files.writeString(rules, RULES);
        inside("nft", "-f", rules.toString());
        for (String family : List.of("-4", "-6")) {
            String all = family.equals("-4") ? "0.0.0.0/0" : "::/0";
            inside("ip", family, "route", "add", "local", all, "dev", "lo", "table", "100");
            inside(
                    "ip",
                    family,
                    "rule",
                    "add",
                    "pref",
                    "100",
                    "fwmark",
                    "0x100/0xf00",
                    "lookup",
                    "100");
        }
    }

    /** Starts the sidecar, as the container would, and waits until it is ready. */
    void startSidecar(Map<String, String> environment) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        words.addAll(List.of("setpriv", "--regid", "1337", "--clear-groups"));
        words.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx96m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PodSidecar.class.getName()));
        ProcessBuilder builder =
                new ProcessBuilder(words)
                        .redirectOutput(folder.resolve("out").toFile())
                        .redirectError(folder.resolve("err").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("GIBBON_"));
        builder.environment().putAll(environment);
        sidecar = builder.start();
        until("the sidecar started", line -> line.contains("\"sidecar started\""));
    }

    /** Tells the sidecar to stop, and gives its exit code. */
    int stopSidecar() throws InterruptedException {
        Process running = sidecar;
        if (running == null) {
            throw new IllegalStateException("startSidecar() first");
        }
        running.destroy();
        assertThat(running.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return running.exitValue();
    }

    /** The first line of the sidecar's output that is so, waited for. */
    JsonObject until(String what, Predicate<String> is) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (System.nanoTime() < end) {
            for (String line : lines()) {
                if (is.test(line)) {
                    return parse(line);
                }
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        throw new AssertionError(
                what
                        + ": not within 20 s; the sidecar said "
                        + lines()
                        + Files.readString(folder.resolve("err")));
    }

    private static JsonObject parse(String line) {
        try {
            return JsonObject.parse(line.getBytes(StandardCharsets.UTF_8));
        } catch (dev.gibbon.core.json.JsonFormatException e) {
            throw new AssertionError(line, e);
        }
    }

    /** What the sidecar has written so far. */
    List<String> lines() throws IOException {
        Path out = folder.resolve("out");
        if (!Files.exists(out)) {
            return List.of();
        }
        String text = Files.readString(out);
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    /** The records of the access log. */
    List<JsonObject> access() throws IOException {
        return lines().stream()
                .filter(line -> line.contains("\"duration_ms\""))
                .map(Pod::parse)
                .toList();
    }

    /** A server's socket in the pod, on all of its addresses. */
    ServerSocket listen(int port) throws Exception {
        return call(() -> {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName("::"), port), 128);
            return socket;
        });
    }

    /** A connection of the pod's application. */
    Socket connect(String ip, int port) throws Exception {
        return call(() -> {
            Socket socket = new Socket();
            socket.setSoTimeout(15_000);
            socket.connect(new InetSocketAddress(InetAddress.getByName(ip), port), 5_000);
            return socket;
        });
    }

    /** Something to do inside. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws Exception;
    }

    private <T> T call(Work<T> work) throws Exception {
        FutureTask<T> task =
                new FutureTask<>(() -> {
                    enter();
                    return work.run();
                });
        Thread.ofPlatform().daemon().start(task);
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception failure) {
                throw failure;
            }
            throw e;
        }
    }

    @SuppressWarnings("restricted") // The JDK has no other way to change a thread's namespace.
    private void enter() throws IOException {
        Linker linker = Linker.nativeLinker();
        MethodHandle open =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("open"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
                        Linker.Option.firstVariadicArg(2));
        MethodHandle setns =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("setns"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        MethodHandle close =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("close"),
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            int file = (int) open.invokeExact(arena.allocateFrom("/run/netns/" + namespace), 0);
            int entered = (int) setns.invokeExact(file, CLONE_NEWNET);
            int closed = (int) close.invokeExact(file);
            if (file < 0 || entered != 0 || closed != 0) {
                throw new IOException("cannot enter the network namespace " + namespace);
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException(e);
        }
    }

    void inside(String... words) throws IOException, InterruptedException {
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        whole.addAll(List.of(words));
        command(whole);
    }

    static void command(List<String> words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(20, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(words + ": " + output);
        }
    }

    void close() throws IOException, InterruptedException {
        if (sidecar != null) {
            sidecar.destroyForcibly().waitFor();
        }
        command(List.of("ip", "netns", "del", namespace));
    }
}
