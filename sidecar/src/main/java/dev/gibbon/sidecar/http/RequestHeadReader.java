package dev.gibbon.sidecar.http;

import dev.gibbon.core.decision.CloseReason;
import dev.gibbon.core.entity.Protocol;
import io.netty.buffer.ByteBuf;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads one request's head (RFC 9112 sections 2 to 6), strictly. */
final class RequestHeadReader {
    private final Protocol scheme;
    private final int maxRequestLine;
    private final int maxHeaders;

    private LineReader lines = new LineReader();
    private @Nullable String requestLine;
    private @Nullable FieldReader fields;
    private boolean blankSkipped;

    RequestHeadReader(Protocol scheme, int maxRequestLine, int maxHeaders) {
        this.scheme = scheme;
        this.maxRequestLine = maxRequestLine;
        this.maxHeaders = maxHeaders;
    }

    /**
     * Takes what belongs to the head from the buffer.
     *
     * @return null when more bytes are needed
     */
    @Nullable RequestHead read(ByteBuf in) throws HttpFault {
        while (requestLine == null) {
            refuseGarbage(in);
            String line = lines.read(in, maxRequestLine, CloseReason.URI_TOO_LONG);
            if (line == null) {
                return null;
            }
            // RFC 9112 section 2.2: one empty line before a request is ignored.
            if (line.isEmpty() && !blankSkipped) {
                blankSkipped = true;
            } else {
                requestLine = line;
                checkVersion(line);
                fields = new FieldReader(lines, maxHeaders);
            }
        }
        FieldReader reader = fields;
        if (reader == null || !reader.read(in)) {
            return null;
        }
        RequestHead head = head(requestLine, reader.fields());
        lines = new LineReader();
        requestLine = null;
        fields = null;
        blankSkipped = false;
        return head;
    }

    private static void refuseGarbage(ByteBuf in) throws HttpFault {
        if (in.isReadable()) {
            char first = (char) (in.getByte(in.readerIndex()) & 0xff);
            if (first != '\r' && !Tokens.isTokenChar(first)) {
                throw HttpFault.bad("the request does not start with a method");
            }
        }
    }

    /** Looked at first: the rest of a request of another version is not worth waiting for. */
    private static void checkVersion(String line) throws HttpFault {
        int space = line.lastIndexOf(' ');
        String version = line.substring(space + 1);
        if (space > 0 && (version.equals("HTTP/1.1") || version.equals("HTTP/1.0"))) {
            return;
        }
        boolean otherVersion =
                version.length() == 8
                        && version.startsWith("HTTP/")
                        && Character.isDigit(version.charAt(5))
                        && version.charAt(6) == '.'
                        && Character.isDigit(version.charAt(7));
        if (otherVersion) {
            throw new HttpFault(
                    CloseReason.BAD_REQUEST, 505, "not HTTP/1.0 or HTTP/1.1 but " + version);
        }
        throw HttpFault.bad("the request line does not end in HTTP/1.1 or HTTP/1.0");
    }

    private RequestHead head(String line, Fields headers) throws HttpFault {
        int first = line.indexOf(' ');
        int last = line.lastIndexOf(' ');
        if (first <= 0 || last <= first + 1 || !Tokens.isToken(line, 0, first)) {
            throw HttpFault.bad("the request line is not: method SP target SP version");
        }
        String method = line.substring(0, first);
        String target = line.substring(first + 1, last);
        boolean http10 = line.endsWith("0");
        if (method.equals("CONNECT")) {
            // Its target is an authority, on which there is no method but this one.
            throw HttpFault.method(method, "");
        }
        if (method.equals("TRACE")) {
            throw HttpFault.method(method, "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
        }
        refuseLookAlikes(headers);
        String host = host(headers, http10);
        Authority authority = host == null ? null : authority(host);
        checkTarget(target);
        if (!target.startsWith("/")) {
            target = originForm(target, authority);
        }
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        if (path.indexOf('\\') >= 0) {
            throw HttpFault.bad("a backslash in the path");
        }
        return new RequestHead(
                method,
                path,
                question < 0 ? "" : target.substring(question),
                http10,
                authority,
                host,
                headers,
                Framing.of(headers, http10, new Framing.None()));
    }

    private static @Nullable String host(Fields headers, boolean http10) throws HttpFault {
        int hosts = headers.count("host");
        if (hosts > 1 || (hosts == 0 && !http10)) {
            throw HttpFault.bad(hosts + " Host fields (expected: 1)");
        }
        return headers.first("host");
    }

    private static Authority authority(String host) throws HttpFault {
        Optional<Authority> authority = Authority.parse(host);
        if (authority.isEmpty()) {
            throw HttpFault.bad("Host is not a host name or address with an optional port");
        }
        return authority.get();
    }

    private static void checkTarget(String target) throws HttpFault {
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c > '~' || c == '#') {
                throw HttpFault.bad("the request target holds a character that is not allowed");
            }
        }
    }

    /** Turns absolute-form, which RFC 9112 section 3.2.2 requires to accept, into origin-form. */
    private String originForm(String target, @Nullable Authority host) throws HttpFault {
        String prefix = scheme.text() + "://";
        if (host == null
                || target.length() < prefix.length()
                || !target.substring(0, prefix.length()).toLowerCase(Locale.ROOT).equals(prefix)) {
            throw HttpFault.bad("the request target does not start with a slash");
        }
        int end = prefix.length();
        while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
            end++;
        }
        int standard = scheme == Protocol.HTTPS ? 443 : 80;
        Authority named = authority(target.substring(prefix.length(), end));
        if (!named.host().equals(host.host()) || named.portOr(standard) != host.portOr(standard)) {
            throw HttpFault.bad("the request target names another host than Host");
        }
        String rest = target.substring(end);
        return rest.startsWith("/") ? rest : "/" + rest;
    }

    /**
     * CGI and its descendants cannot tell {@code Content_Length} from {@code Content-Length}, so
     * names that would become a framing field there are refused.
     */
    private static void refuseLookAlikes(Fields headers) throws HttpFault {
        boolean[] found = new boolean[1];
        headers.forEach((name, _) -> {
            if (name.indexOf('_') >= 0) {
                String plain = name.replace('_', '-').toLowerCase(Locale.ROOT);
                found[0] |= plain.equals("content-length") || plain.equals("transfer-encoding");
            }
        });
        if (found[0]) {
            throw HttpFault.bad("a header field's name differs from a framing field's by _");
        }
    }
}
