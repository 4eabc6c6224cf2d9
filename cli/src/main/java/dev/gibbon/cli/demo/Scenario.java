package dev.gibbon.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tutorial from its first step to its last section, and what must hold on the way. */
final class Scenario {
    private static final Map<String, String> STANDS_FOR_A = Map.of("GIBBON_WORKLOAD", Flow.CLIENT);
    private static final Map<String, String> STANDS_FOR_B = Map.of("GIBBON_WORKLOAD", Flow.SERVER);

    private final World world;
    private final Nodes nodes;
    private final PrintStream progress;
    private final List<PassResult> passes = new ArrayList<>();
    private final List<Claim> claims = new ArrayList<>();
    private final Map<Flow, String> direct = new EnumMap<>(Flow.class);
    private String meshAlpn = "";

    Scenario(World world, Nodes nodes, PrintStream progress) {
        this.world = world;
        this.nodes = nodes;
        this.progress = progress;
    }

    List<PassResult> passes() {
        return List.copyOf(passes);
    }

    List<Claim> claims() {
        return List.copyOf(claims);
    }

    /** Runs all of it; the nodes of the last part run on until they are stopped. */
    void run() throws IOException, InterruptedException {
        say("starting Service B: four ncat servers on " + Flow.SERVER);
        for (Flow flow : Flow.values()) {
            world.start(flow.server(), serverLog(flow));
        }
        for (Flow flow : Flow.values()) {
            direct.put(flow, awaitDirectGreeting(flow));
        }
        String ownCertificate = certificateSeenByClient();

        say("starting the control plane and both sidecars");
        nodes.startControlPlane();
        nodes.startSidecar(Nodes.SIDECAR_A, true, STANDS_FOR_A);
        nodes.startSidecar(Nodes.SIDECAR_B, true, STANDS_FOR_B);
        for (Flow flow : Flow.values()) {
            nodes.configure(flow);
        }
        capture(true);
        meshAlpn = nodes.settled(Nodes.SIDECAR_A, Nodes.SIDECAR_B).path("mesh_alpn").asText();

        PassResult declared =
                pass("declared", "each sidecar says whom it stands for: all is mutual TLS");
        claimAll(
                "declared: all four flows are mutual TLS between the sidecars",
                declared,
                flow -> flow.isMesh() && !flow.readable());
        claimProxyCertificate(ownCertificate);
        claimPeerSeen(
                "Service B sees 127.0.0.4, the proxy_bind of sidecar B", Flow.TCP, "127.0.0.4");
        claimNoWayAround();
        claimStrict();
        asTyped();
        upgradeAndDowngrade();
        clientAddress();
    }

    private void asTyped() throws IOException, InterruptedException {
        say("restarting the sidecars with nothing declared, as the tutorial types it");
        forgetWorkloads();
        restart(Nodes.SIDECAR_A, true, Map.of());
        restart(Nodes.SIDECAR_B, true, Map.of());
        nodes.settled(Nodes.SIDECAR_A, Nodes.SIDECAR_B);
        PassResult typed =
                pass(
                        "as typed",
                        "nothing declared: tls and https negotiate the mesh, tcp and http stay plain");
        claimAll(
                "as typed: tls and https negotiate mutual TLS, tcp and http stay plain",
                typed,
                flow ->
                        flow.flow().isTls()
                                ? flow.isMesh() && !flow.readable()
                                : !flow.isMesh() && flow.readable());
    }

    private void upgradeAndDowngrade() throws IOException, InterruptedException {
        say("upgrading the tcp Service to tls, and downgrading it again on sidecar B");
        nodes.admin(
                "PATCH",
                "/services/" + Flow.TCP.serviceName(),
                List.of("url=tls://" + Flow.SERVER + ":" + Flow.TCP.port()));
        restart(
                Nodes.SIDECAR_B,
                true,
                Map.of("GIBBON_ORIGINS", "tls://127.0.0.5:19000=tcp://127.0.0.5:19000"));
        nodes.settled(Nodes.SIDECAR_A, Nodes.SIDECAR_B);
        FlowResult upgraded = observe(Flow.TCP);
        claims.add(
                new Claim(
                        "a tcp client is upgraded to mutual TLS between the sidecars and"
                                + " downgraded at Service B",
                        upgraded.proxied().equals(Flow.TCP.greeting())
                                && upgraded.isMesh()
                                && !upgraded.readable(),
                        describe(upgraded)));
        nodes.admin(
                "PATCH",
                "/services/" + Flow.TCP.serviceName(),
                List.of("url=" + Flow.TCP.serviceUrl()));
    }

    private void clientAddress() throws IOException, InterruptedException {
        say("restarting sidecar B without proxy_bind: it dials from the client's address");
        restart(Nodes.SIDECAR_A, true, STANDS_FOR_A);
        nodes.stop(Nodes.SIDECAR_B);
        nodes.startSidecar(
                Nodes.SIDECAR_B,
                false,
                Map.of("GIBBON_WORKLOAD", Flow.SERVER, "GIBBON_SOURCE", "client"));
        capture(false);
        nodes.settled(Nodes.SIDECAR_A, Nodes.SIDECAR_B);
        for (Flow flow : Flow.values()) {
            claimPeerSeen(
                    "Service B sees the client's own address under gibbon capture: " + flow.text(),
                    flow,
                    Flow.CLIENT);
        }
    }

    private void claimStrict() throws IOException, InterruptedException {
        say("restarting sidecar B in strict mode");
        restart(
                Nodes.SIDECAR_B,
                true,
                Map.of("GIBBON_WORKLOAD", Flow.SERVER, "GIBBON_MESH", "strict"));
        nodes.settled(Nodes.SIDECAR_A, Nodes.SIDECAR_B);
        String served = client(Flow.TCP);
        claims.add(
                new Claim(
                        "strict: a member of the mesh is served",
                        served.equals(Flow.TCP.greeting()),
                        "sidecar A was answered: " + served));
        int before = nodes.accessLength(Nodes.SIDECAR_B);
        Output plain =
                world.run(
                        List.of(
                                "curl",
                                "-sS",
                                "--max-time",
                                "5",
                                "--interface",
                                "127.0.0.9",
                                Flow.HTTP.serviceUrl()));
        claims.add(
                new Claim(
                        "strict: B refuses a plain client",
                        plain.exit() != 0 && !plain.out().contains("Hello"),
                        "the client got: "
                                + plain.firstLine()
                                + "; B says: "
                                + lastReason(before)));
        foreignAuthority();
    }

    private void foreignAuthority() throws IOException, InterruptedException {
        List<String> make =
                List.of(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:prime256v1",
                        "-nodes",
                        "-keyout",
                        "foreign.key",
                        "-out",
                        "foreign.crt",
                        "-days",
                        "1",
                        "-subj",
                        "/CN=foreign",
                        "-addext",
                        "subjectAltName=URI:spiffe://foreign/host/x,IP:127.0.0.9");
        Output made = world.run(make);
        if (made.exit() != 0) {
            throw new IOException("openssl made no certificate: " + made.firstLine());
        }
        int before = nodes.accessLength(Nodes.SIDECAR_B);
        Output answer =
                world.run(
                        List.of(
                                "timeout",
                                "5",
                                "openssl",
                                "s_client",
                                "-connect",
                                Flow.SERVER + ":" + Flow.TCP.port(),
                                "-bind",
                                "127.0.0.9:0",
                                "-alpn",
                                meshAlpn,
                                "-cert",
                                "foreign.crt",
                                "-key",
                                "foreign.key",
                                "-quiet"));
        claims.add(
                new Claim(
                        "strict: B refuses a mesh client with a certificate of a foreign authority",
                        !meshAlpn.isEmpty() && !answer.out().contains("Hello"),
                        "B says: " + lastReason(before)));
    }

    private String lastReason(int before) throws IOException, InterruptedException {
        List<JsonNode> lines = nodes.access(Nodes.SIDECAR_B, before);
        if (lines.isEmpty()) {
            return "nothing";
        }
        JsonNode last = lines.getLast();
        return last.path("reason").asText() + " (" + last.path("detail").asText() + ")";
    }

    private void claimNoWayAround() throws IOException, InterruptedException {
        say("stopping sidecar B: nothing may reach Service B around it");
        nodes.stop(Nodes.SIDECAR_B);
        int before = connections(Flow.TCP);
        Output output = world.run(Flow.TCP.client(), Map.of(), Duration.ofSeconds(4));
        int after = connections(Flow.TCP);
        claims.add(
                new Claim(
                        "with sidecar B stopped the client fails and Service B is not reached",
                        !output.out().contains("Hello") && after == before,
                        "the client got nothing; connections that Service B saw: "
                                + (after - before)));
        nodes.startSidecar(Nodes.SIDECAR_B, true, STANDS_FOR_B);
        nodes.settled(Nodes.SIDECAR_A, Nodes.SIDECAR_B);
    }

    private void claimProxyCertificate(String ownCertificate)
            throws IOException, InterruptedException {
        String seen = certificateSeenByClient();
        claims.add(
                new Claim(
                        "the client sees the sidecar's certificate, not ncat's",
                        !seen.isEmpty() && !seen.equals(ownCertificate),
                        seen));
    }

    private void claimPeerSeen(String name, Flow flow, String peer)
            throws IOException, InterruptedException {
        int before = world.read(serverLog(flow)).length();
        String greeting = client(flow);
        String log = world.read(serverLog(flow)).substring(before);
        List<String> seen =
                log.lines()
                        .filter(line -> line.contains("Connection from"))
                        .map(line -> line.replaceFirst(".*Connection from ", ""))
                        .toList();
        claims.add(
                new Claim(
                        name,
                        greeting.equals(flow.greeting())
                                && !seen.isEmpty()
                                && seen.stream().allMatch(line -> line.startsWith(peer)),
                        "Service B says: connection from " + String.join(" ", seen)));
    }

    /** Subject and fingerprint of the certificate that a client gets on the tls port. */
    private String certificateSeenByClient() throws IOException, InterruptedException {
        Output output =
                world.run(
                        List.of(
                                "sh",
                                "-c",
                                "openssl s_client -connect 127.0.0.5:19443 -bind 127.0.0.2:0"
                                        + " </dev/null 2>/dev/null"
                                        + " | openssl x509 -noout -subject -fingerprint -sha256"));
        return output.out().strip().replace('\n', ' ');
    }

    private interface FlowTest {
        boolean holds(FlowResult flow);
    }

    private void claimAll(String name, PassResult pass, FlowTest test) {
        List<String> failures = new ArrayList<>();
        for (FlowResult flow : pass.flows()) {
            if (!test.holds(flow) || !flow.proxied().equals(flow.flow().greeting())) {
                failures.add(describe(flow));
            }
        }
        claims.add(
                new Claim(
                        name,
                        failures.isEmpty(),
                        failures.isEmpty() ? "seen in all of them" : String.join("; ", failures)));
    }

    private static String describe(FlowResult flow) {
        return flow.flow().text()
                + ": "
                + flow.proxied()
                + ", "
                + (flow.isMesh() ? "mutual TLS" : "no mesh")
                + ", "
                + (flow.readable() ? "readable" : "not readable")
                + " on the wire";
    }

    private PassResult pass(String name, String meaning) throws IOException, InterruptedException {
        say("calling Service B through both sidecars: " + name);
        List<FlowResult> flows = new ArrayList<>();
        for (Flow flow : Flow.values()) {
            flows.add(observe(flow));
        }
        PassResult result = new PassResult(name, meaning, flows);
        passes.add(result);
        return result;
    }

    private FlowResult observe(Flow flow) throws IOException, InterruptedException {
        int beforeA = nodes.accessLength(Nodes.SIDECAR_A);
        int beforeB = nodes.accessLength(Nodes.SIDECAR_B);
        PacketCapture packets = world.capture("host 127.0.0.3 and port " + flow.port());
        String greeting = client(flow);
        String wire = packets.stop();
        return new FlowResult(
                flow,
                direct.getOrDefault(flow, ""),
                greeting,
                identity(nodes.access(Nodes.SIDECAR_B, beforeB), "client_identity"),
                identity(nodes.access(Nodes.SIDECAR_A, beforeA), "upstream_identity"),
                wire.contains(flow.greeting()));
    }

    private static @Nullable String identity(List<JsonNode> lines, String key) {
        for (JsonNode line : lines) {
            if (line.hasNonNull(key)) {
                return line.path(key).asText();
            }
        }
        return null;
    }

    private String client(Flow flow) throws IOException, InterruptedException {
        Output output = world.run(flow.client());
        String text = output.out().strip();
        return text.isEmpty() ? "(" + output.firstLine() + ")" : text;
    }

    private String awaitDirectGreeting(Flow flow) throws IOException, InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (true) {
            String greeting = client(flow);
            if (greeting.equals(flow.greeting())) {
                return greeting;
            }
            if (System.nanoTime() > end) {
                throw new IOException(
                        "Service B does not answer directly on port "
                                + flow.port()
                                + ": "
                                + greeting);
            }
            Thread.sleep(50);
        }
    }

    private int connections(Flow flow) throws IOException {
        return (int)
                world.read(serverLog(flow))
                        .lines()
                        .filter(line -> line.contains("Connection from"))
                        .count();
    }

    private void restart(String name, boolean bind, Map<String, String> settings)
            throws IOException, InterruptedException {
        nodes.stop(name);
        nodes.startSidecar(name, bind, settings);
    }

    private void forgetWorkloads() throws IOException, InterruptedException {
        for (String name : List.of(Nodes.SIDECAR_A, Nodes.SIDECAR_B)) {
            Output output = nodes.gibbon(Map.of(), "workload", "remove", name);
            if (output.exit() != 0) {
                throw new IOException(
                        "workload " + name + " could not be removed: " + output.firstLine());
            }
        }
    }

    private void capture(boolean exempt) throws IOException, InterruptedException {
        Output output = nodes.gibbon(Map.of(), Interception.arguments(exempt));
        if (output.exit() != 0) {
            throw new IOException("the rules could not be set: " + output.firstLine());
        }
    }

    private static String serverLog(Flow flow) {
        return "service-b-" + flow.text() + ".log";
    }

    private void say(String text) {
        progress.println("... " + text);
        progress.flush();
    }
}
