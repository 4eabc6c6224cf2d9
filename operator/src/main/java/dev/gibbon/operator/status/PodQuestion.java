package dev.gibbon.operator.status;

import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.route.FirstBytes;
import dev.gibbon.core.route.HeaderLookup;
import dev.gibbon.core.route.HttpKey;
import dev.gibbon.operator.discovery.Discovery;
import dev.gibbon.operator.discovery.PodFact;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is asked: a pod dials something.
 *
 * @param bytes plain when nothing else is said: of a client that stays silent there is little to
 *     say
 * @param request null for a connection
 */
record PodQuestion(PodFact pod, Dialled to, FirstBytes bytes, @Nullable HttpKey request) {

    static PodQuestion read(Query query, Discovery discovery) throws BadQuestion {
        String name = query.required("pod");
        int slash = name.indexOf('/');
        if (slash <= 0 || slash == name.length() - 1) {
            throw BadQuestion.unreadable("pod: " + name + " (expected: NAMESPACE/NAME)");
        }
        PodFact pod =
                discovery
                        .pod(name)
                        .orElseThrow(() ->
                                BadQuestion.absent(
                                        "pod: no pod "
                                                + name.substring(slash + 1)
                                                + " in "
                                                + name.substring(0, slash)));
        Dialled to = new DialledAddress(discovery, pod.namespace()).parse(query.required("to"));
        Optional<String> sni = query.argument("sni");
        Optional<String> http = query.argument("http");
        HttpKey request = http.isEmpty() ? null : request(http.get(), to.address());
        boolean tls = sni.isPresent() || (request != null && request.scheme() == Protocol.HTTPS);
        return new PodQuestion(
                pod,
                to,
                tls
                        ? new FirstBytes.Tls(
                                sni.map(text -> text.toLowerCase(Locale.ROOT)).orElse(null),
                                List.of())
                        : new FirstBytes.Plain(),
                request);
    }

    /** Of {@code NAME} or {@code NAME.NAMESPACE}; names of pods can have dots themselves. */
    static String meshName(Discovery discovery, String text, String namespace) {
        int dot = text.lastIndexOf('.');
        String here = namespace + "/" + text;
        return dot <= 0 || discovery.pod(here).isPresent()
                ? here
                : text.substring(dot + 1) + "/" + text.substring(0, dot);
    }

    private static HttpKey request(String text, IpPort destination) throws BadQuestion {
        BadQuestion unreadable =
                BadQuestion.unreadable(
                        "http: " + text + " (expected: METHOD URL, e.g. GET http://web/path)");
        String[] parts = text.strip().split(" +", 2);
        try {
            URI uri = new URI(parts.length == 2 ? parts[1] : "");
            Protocol scheme =
                    Protocol.parse(String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT))
                            .filter(Protocol::isHttp)
                            .orElseThrow(() -> unreadable);
            String host = uri.getHost();
            if (host == null) {
                throw unreadable;
            }
            String path = uri.getRawPath();
            return new HttpKey(
                    scheme,
                    parts[0].toUpperCase(Locale.ROOT),
                    host.replaceAll("[\\[\\]]", "").toLowerCase(Locale.ROOT),
                    path == null || path.isEmpty() ? "/" : path,
                    destination,
                    HeaderLookup.NONE);
        } catch (URISyntaxException _) {
            throw unreadable;
        }
    }
}
