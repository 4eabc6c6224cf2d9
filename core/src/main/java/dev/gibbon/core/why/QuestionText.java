package dev.gibbon.core.why;

import dev.gibbon.core.route.FirstBytes;
import dev.gibbon.core.route.HttpKey;

/** Questions in words. */
final class QuestionText {
    private QuestionText() {}

    static String of(Question question) {
        HttpKey request = question.request();
        String ends =
                "from " + question.arrival().client() + " to " + question.arrival().destination();
        return request == null ? ends + ", " + bytes(question.bytes()) : ends + ", " + of(request);
    }

    static String of(HttpKey request) {
        return request.method()
                + " "
                + request.scheme().text()
                + "://"
                + request.host()
                + request.path();
    }

    static String bytes(FirstBytes bytes) {
        return switch (bytes) {
            case FirstBytes.Unknown _ -> "the client has not spoken yet";
            case FirstBytes.Plain _ -> "plain bytes";
            case FirstBytes.Tls tls ->
                    tls.sni() == null ? "TLS without SNI" : "TLS, SNI " + tls.sni();
        };
    }
}
