package dev.gibbon.cli.ask;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gibbon.cli.CommandFailure;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gibbon why}: explains what would happen to a connection or request, without making it. */
@Command(
        name = "why",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Explains what would happen to a connection or a request: which Route takes it, why that"
                    + " one and not the next, where it goes, whether through the mesh, and what that"
                    + " protects against. Nothing is sent."
        },
        footer = {
            "",
            "Examples:",
            "  gibbon why --from 127.0.0.2 --to 127.0.0.5:19000",
            "  gibbon why --from 127.0.0.2 --to 127.0.0.5:19443 --sni db.example",
            "  gibbon why --from 127.0.0.2 --to 127.0.0.5:18000 --http 'GET http://127.0.0.5/x'",
            "",
            "Of a pod on Kubernetes: gibbon why pod/NAME ..., see gibbon why pod/ --help."
        })
public final class WhyCommand implements Callable<Integer> {
    @Option(
            names = "--from",
            required = true,
            paramLabel = "IP[:PORT]",
            description = "Who connects.")
    private String from = "";

    @Option(
            names = "--to",
            required = true,
            paramLabel = "IP:PORT",
            description = "What it connects to.")
    private String to = "";

    @Option(
            names = "--sni",
            paramLabel = "NAME",
            description = "The connection is TLS and asks for this server name.")
    private @Nullable String sni;

    @Option(
            names = "--http",
            paramLabel = "'METHOD URL'",
            description = "Explain this request, e.g. 'GET http://host/path'.")
    private @Nullable String http;

    @Mixin private AdminOptions options = new AdminOptions();
    @Spec private @Nullable CommandSpec spec;

    /** Made by the program's wiring. */
    public WhyCommand() {}

    @Override
    public Integer call() throws CommandFailure {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("from", from);
        query.put("to", to);
        if (sni != null) {
            query.put("sni", sni);
        }
        if (http != null) {
            query.put("http", http);
        }
        JsonNode answer = options.client().get("/why", query);
        if (spec != null) {
            var out = spec.commandLine().getOut();
            out.print(
                    options.json()
                            ? answer.path("explanation").toPrettyString() + "\n"
                            : answer.path("text").asText());
            out.flush();
        }
        return 0;
    }
}
