package dev.gibbon.controlplane;

import dev.gibbon.controlplane.admin.AdminRequest;
import dev.gibbon.controlplane.admin.AdminResponse;
import dev.gibbon.core.decision.Arrival;
import dev.gibbon.core.decision.ConfigSnapshot;
import dev.gibbon.core.decision.LocalNode;
import dev.gibbon.core.decision.Member;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.route.FirstBytes;
import dev.gibbon.core.route.HeaderLookup;
import dev.gibbon.core.route.HttpKey;
import dev.gibbon.core.rule.AddressBlock;
import dev.gibbon.core.why.Explanation;
import dev.gibbon.core.why.JsonExplanation;
import dev.gibbon.core.why.Question;
import dev.gibbon.core.why.TextExplanation;
import dev.gibbon.core.why.Why;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /why?from=&to=&sni=&http=}: explains what the sidecar of {@code from} would decide,
 * from what the control plane knows. {@code origins} and strict mode are settings of single nodes
 * and are not known here.
 */
final class WhyEndpoint {
    /** A client whose port was not asked about: any ephemeral one. */
    private static final Pattern SNI = Pattern.compile("[A-Za-z0-9._-]{1,253}");

    private static final int SOME_PORT = 40_000;

    private final Publisher publisher;

    WhyEndpoint(Publisher publisher) {
        this.publisher = publisher;
    }

    /** What was asked cannot be read. */
    private static final class BadQuestion extends Exception {
        private static final long serialVersionUID = 1;

        BadQuestion(String message) {
            super(message, null, false, false);
        }
    }

    AdminResponse answer(AdminRequest request) {
        try {
            ConfigSnapshot config = publisher.snapshot();
            Question question = question(request.query());
            IpAddress client = question.arrival().client().ip();
            Member member = memberOf(config, client);
            Explanation explanation =
                    new Why(config, node(member), _ -> Optional.empty()).explain(question);
            return AdminResponse.text(
                    200,
                    "application/json; charset=utf-8",
                    document(explanation, answeredBy(member, client)));
        } catch (BadQuestion e) {
            return AdminResponse.message(400, String.valueOf(e.getMessage()));
        }
    }

    /** Whose decision is explained: without it the answer could be taken for everybody's. */
    private static String answeredBy(@Nullable Member member, IpAddress client) {
        return member == null
                ? "at          a permissive sidecar that stands for nobody: none is known for "
                        + client
                        + "\n"
                : "at          " + member.name() + ", the sidecar of " + client + "\n";
    }

    private static String document(Explanation explanation, String answeredBy) {
        StringBuilder text = new StringBuilder("{\"explanation\":");
        text.append(JsonExplanation.render(explanation).strip()).append(",\"text\":\"");
        for (char c : (answeredBy + TextExplanation.render(explanation)).toCharArray()) {
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                default -> text.append(c);
            }
        }
        return text.append("\"}").toString();
    }

    private static Question question(String query) throws BadQuestion {
        IpPort from = client(argument(query, "from"));
        String to = argument(query, "to");
        IpPort destination =
                IpPort.parse(to)
                        .orElseThrow(() ->
                                new BadQuestion(
                                        "to: "
                                                + to
                                                + " (expected: IP:PORT, e.g."
                                                + " 127.0.0.5:19000)"));
        Arrival arrival = new Arrival(from, destination, destination, true);
        Optional<String> sni = NodeEndpoints.argument(query, "sni");
        if (sni.filter(name -> !SNI.matcher(name).matches()).isPresent()) {
            throw new BadQuestion(
                    "sni: "
                            + sni.get()
                            + " (expected: the name that a client asks for, e.g."
                            + " db.example)");
        }
        Optional<String> http = NodeEndpoints.argument(query, "http");
        FirstBytes bytes =
                sni.<FirstBytes>map(name ->
                                new FirstBytes.Tls(name.toLowerCase(Locale.ROOT), List.of()))
                        .orElseGet(FirstBytes.Unknown::new);
        if (http.isEmpty()) {
            return new Question(arrival, bytes, null);
        }
        HttpKey key = request(http.get(), destination);
        if (key.scheme() == Protocol.HTTP && sni.isPresent()) {
            throw new BadQuestion("sni: with an http URL (expected: none, or an https URL)");
        }
        FirstBytes first =
                key.scheme() == Protocol.HTTPS && bytes instanceof FirstBytes.Unknown
                        ? new FirstBytes.Tls(null, List.of())
                        : key.scheme() == Protocol.HTTP ? new FirstBytes.Plain() : bytes;
        return new Question(arrival, first, key);
    }

    private static String argument(String query, String name) throws BadQuestion {
        return NodeEndpoints.argument(query, name)
                .orElseThrow(() -> new BadQuestion(name + ": none (expected: ?" + name + "=...)"));
    }

    private static IpPort client(String text) throws BadQuestion {
        return IpAddress.parse(text)
                .map(ip -> new IpPort(ip, SOME_PORT))
                .or(() -> IpPort.parse(text))
                .orElseThrow(() -> new BadQuestion("from: " + text + " (expected: IP or IP:PORT)"));
    }

    private static HttpKey request(String text, IpPort destination) throws BadQuestion {
        String expected = " (expected: METHOD URL, e.g. GET http://127.0.0.5/path)";
        String[] parts = text.strip().split(" +", 2);
        if (parts.length != 2) {
            throw new BadQuestion("http: " + text + expected);
        }
        try {
            URI uri = new URI(parts[1]);
            Protocol scheme =
                    Protocol.parse(String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT))
                            .filter(Protocol::isHttp)
                            .orElseThrow(() -> new BadQuestion("http: " + text + expected));
            String host = uri.getHost();
            if (host == null) {
                throw new BadQuestion("http: " + text + expected);
            }
            String bare =
                    host.startsWith("[") && host.endsWith("]")
                            ? host.substring(1, host.length() - 1)
                            : host;
            String path = uri.getRawPath();
            return new HttpKey(
                    scheme,
                    parts[0].toUpperCase(Locale.ROOT),
                    bare.toLowerCase(Locale.ROOT),
                    path == null || path.isEmpty() ? "/" : path,
                    destination,
                    HeaderLookup.NONE);
        } catch (URISyntaxException e) {
            throw new BadQuestion("http: " + text + expected);
        }
    }

    /** The sidecar that stands for the client; one that stands for nobody when there is none. */
    private static LocalNode node(@Nullable Member member) {
        List<AddressBlock> workload = member == null ? List.of() : member.addresses();
        String name = member == null ? "a sidecar" : member.name();
        return new LocalNode(name, workload, List.of(), null, null, List.of(), false, false);
    }

    private static @Nullable Member memberOf(ConfigSnapshot config, IpAddress client) {
        for (Member member : config.members()) {
            for (AddressBlock address : member.addresses()) {
                var block = address.block();
                if (block != null && block.contains(client)) {
                    return member;
                }
            }
        }
        return null;
    }
}
