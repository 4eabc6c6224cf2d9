package dev.gibbon.cli.ask;

import dev.gibbon.cli.CommandFailure;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import picocli.CommandLine.Option;

/** Which control plane is asked, and how the answer is printed. */
final class AdminOptions {
    @Option(
            names = "--admin",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8001",
            description = "The control plane's Admin API. Default: ${DEFAULT-VALUE}.")
    private String admin = "http://127.0.0.1:8001";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "text|json",
            defaultValue = "text",
            description = "How to print. Default: ${DEFAULT-VALUE}.")
    private Format format = Format.text;

    /** Named as they are typed. */
    enum Format {
        text,
        json
    }

    /**
     * A client for it; {@code host:port} is taken for HTTP.
     *
     * @throws CommandFailure when the text is no address
     */
    AdminClient client() throws CommandFailure {
        try {
            URI uri = new URI(admin.contains("://") ? admin : "http://" + admin);
            if (uri.getHost() != null && List.of("http", "https").contains(uri.getScheme())) {
                return new AdminClient(uri);
            }
        } catch (URISyntaxException e) {
            // Said below, as for any other text that is no address.
        }
        throw CommandFailure.ofUsage(
                "--admin: " + admin + " (expected: a URL, e.g. http://127.0.0.1:8001)");
    }

    boolean json() {
        return format == Format.json;
    }
}
