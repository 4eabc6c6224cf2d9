package dev.gibbon.operator.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gibbon.operator.check.OperatorProxy;
import dev.gibbon.operator.inject.InjectionRules;
import dev.gibbon.operator.inject.InjectionSettings;
import dev.gibbon.operator.inject.LogLevel;
import dev.gibbon.operator.inject.PodNamespace;
import dev.gibbon.operator.inject.SidecarResources;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gibbon why pod/...}: what would become of a connection or request of a pod. */
@Command(
        name = "why",
        description = {
            "Explains what would happen to a connection or a request of a pod: where it leads, which"
                    + " MeshRoute takes it and why that one, to which endpoints, whether through the"
                    + " mesh, and what that protects against. Nothing is sent.",
            "",
            "The operator is asked, through the API server's proxy for Services."
        },
        mixinStandardHelpOptions = true,
        versionProvider = KubernetesCommands.class,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  gibbon why pod/service-a-7f9c service-b:19000 -n shop",
            "  gibbon why pod/service-a-7f9c.shop service-b --http 'GET http://service-b/x'",
            "  gibbon why pod/service-a-7f9c.shop 203.0.113.9:443 --sni api.example",
            "  gibbon why pod/service-a-7f9c.shop --inject",
            "",
            "Exit codes: 0 done, 1 failed, 2 wrong usage or no cluster that can be reached."
        })
final class PodWhyCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Clients clients;

    @Spec private @Nullable CommandSpec spec;
    @Mixin private ClusterOptions cluster = new ClusterOptions();

    @Parameters(
            index = "0",
            paramLabel = "pod/NAME[.NAMESPACE]",
            description = "Whose connection it is.")
    private String pod = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "DESTINATION[:PORT]",
            description =
                    "What it dials: SERVICE[.NAMESPACE], IP:PORT or pod/NAME[.NAMESPACE]:PORT. A"
                            + " Service with one port needs none.")
    private @Nullable String destination;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "Of a pod that is named without one. Default: that of the context.")
    private @Nullable String namespace;

    @Option(
            names = "--sni",
            paramLabel = "NAME",
            description = "The connection is TLS and asks for this server name.")
    private @Nullable String sni;

    @Option(
            names = "--http",
            paramLabel = "'METHOD URL'",
            description = "Explain this request, e.g. 'GET http://service-b/path'.")
    private @Nullable String http;

    @Option(
            names = "--inject",
            description = "Explain instead why the pod has a sidecar, or has none.")
    private boolean inject;

    PodWhyCommand(Clients clients) {
        this.clients = clients;
    }

    @Override
    public Integer call() throws CommandFailure {
        CommandLine line = Objects.requireNonNull(spec, "set by picocli").commandLine();
        boolean json = cluster.json(line);
        String meshNamespace = cluster.meshNamespace(line);
        if (inject == (destination != null)) {
            throw new ParameterException(
                    line, "expected: a destination, or --inject, and not both");
        }
        String answer;
        try (KubernetesClient client = clients.open(cluster.selection())) {
            PodName name = podName(line, client);
            answer =
                    destination == null
                            ? injection(client, meshNamespace, name, json)
                            : path(client, meshNamespace, name, destination, json);
        }
        line.getOut().print(answer);
        line.getOut().flush();
        return 0;
    }

    private PodName podName(CommandLine line, KubernetesClient client) {
        String own = client.getNamespace();
        return PodName.parse(pod, namespace == null ? own == null ? "default" : own : namespace)
                .orElseThrow(() ->
                        new ParameterException(line, pod + " (expected: pod/NAME[.NAMESPACE])"));
    }

    private String path(
            KubernetesClient client, String meshNamespace, PodName name, String to, boolean json)
            throws CommandFailure {
        StringBuilder query = new StringBuilder("v1/why?pod=" + encoded(name.toString()));
        query.append("&to=").append(encoded(to));
        if (sni != null) {
            query.append("&sni=").append(encoded(sni));
        }
        if (http != null) {
            query.append("&http=").append(encoded(http));
        }
        OperatorProxy.Answer answer;
        try {
            answer = new OperatorProxy(client, meshNamespace).ask(query.toString());
        } catch (IOException e) {
            throw ClusterOptions.unreachable(client, e);
        }
        JsonNode document = tree(answer.body());
        if (answer.status() != 200) {
            throw new CommandFailure(
                    document.path("message")
                            .asText(
                                    "the operator answered "
                                            + answer.status()
                                            + " (is it of this program's version?)")
                            .replaceAll("[^ -~]", "?"));
        }
        if (!json) {
            return document.path("text").asText();
        }
        ((ObjectNode) document).remove("text");
        return document.toPrettyString() + "\n";
    }

    /** An object, whatever has answered. */
    private static JsonNode tree(String body) {
        try {
            JsonNode tree = JSON.readTree(body);
            return tree.isObject() ? tree : JSON.createObjectNode();
        } catch (JsonProcessingException _) {
            return JSON.createObjectNode();
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String injection(
            KubernetesClient client, String meshNamespace, PodName name, boolean json)
            throws CommandFailure {
        Pod found;
        Namespace in;
        try {
            found = client.pods().inNamespace(name.namespace()).withName(name.name()).get();
            in = client.namespaces().withName(name.namespace()).get();
        } catch (KubernetesClientException e) {
            throw notRead(client, name, e);
        }
        if (found == null || in == null) {
            throw new CommandFailure("no pod " + name.name() + " in " + name.namespace());
        }
        Map<String, String> labels =
                Optional.ofNullable(in.getMetadata().getLabels()).orElse(Map.of());
        InjectionAnswer answer =
                InjectionAnswer.of(
                        rules(meshNamespace),
                        new PodNamespace(name.namespace(), labels),
                        JSON.valueToTree(found));
        return json ? answer.json() : answer.text();
    }

    private static CommandFailure notRead(
            KubernetesClient client, PodName name, KubernetesClientException failure) {
        return switch (failure.getCode()) {
            case 401 -> ClusterOptions.unreachable(client, new IOException(OperatorProxy.UNKNOWN));
            case 403 ->
                    new CommandFailure(
                            "pod "
                                    + name
                                    + ": this user may not get pods and namespaces (expected: the"
                                    + " right to)");
            default ->
                    OperatorProxy.isAnswer(failure)
                            ? new CommandFailure(
                                    "pod "
                                            + name
                                            + ": cannot be read (status "
                                            + failure.getCode()
                                            + ")")
                            : ClusterOptions.unreachable(client, OperatorProxy.silence(failure));
        };
    }

    /** Decisions depend on the mesh's namespace alone. */
    private static InjectionRules rules(String meshNamespace) {
        return new InjectionRules(
                new InjectionSettings(
                        meshNamespace,
                        "0",
                        "gibbon-sidecar",
                        "IfNotPresent",
                        "gibbon-operator." + meshNamespace + ".svc:8005",
                        LogLevel.INFO,
                        SidecarResources.DEFAULT,
                        null,
                        null));
    }
}
