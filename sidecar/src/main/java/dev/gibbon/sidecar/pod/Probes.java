package dev.gibbon.sidecar.pod;

import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.sidecar.status.ApplicationHealth;
import java.io.IOException;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Puts the kubelet's questions to the application, from within the pod. The kubelet cannot: its
 * connections would be taken by the sidecar, which accepts whether there is an application or not,
 * and in strict mode serves none that is plain.
 */
final class Probes implements ApplicationHealth {
    private final Map<String, Probe> probes;
    private final IpAddress pod;
    private final Executor executor;

    /**
     * @param pod the address that the kubelet would have used
     * @param executor may block; best virtual threads
     */
    Probes(Map<String, Probe> probes, IpAddress pod, Executor executor) {
        this.probes = Map.copyOf(probes);
        this.pod = pod;
        this.executor = executor;
    }

    @Override
    public @Nullable CompletionStage<Answer> ask(String question) {
        Probe probe = probes.get(question);
        return probe == null ? null : CompletableFuture.supplyAsync(() -> answer(probe), executor);
    }

    private Answer answer(Probe probe) {
        IpPort address = new IpPort(pod, probe.action().port());
        int millis = Math.toIntExact(probe.timeout().toMillis());
        try (Socket socket = new Socket()) {
            socket.connect(address.toSocketAddress(), millis);
            socket.setSoTimeout(millis);
            return switch (probe.action()) {
                case Probe.Tcp _ -> new Answer(true, "accepted");
                case Probe.Http http -> new HttpProbe(http, address).ask(socket);
                case Probe.Grpc grpc -> new GrpcProbe(grpc, address).ask(socket);
            };
        } catch (IOException e) {
            return new Answer(false, address + ": " + e.getMessage());
        }
    }
}
