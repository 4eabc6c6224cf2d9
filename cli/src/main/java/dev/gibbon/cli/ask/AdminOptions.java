package dev.gibbon.cli.ask;

import java.net.URI;
import picocli.CommandLine.Option;

/** Which control plane is asked, and how the answer is printed. */
final class AdminOptions {
    @Option(
            names = "--admin",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8001",
            description = "The control plane's Admin API. Default: ${DEFAULT-VALUE}.")
    private URI admin = URI.create("http://127.0.0.1:8001");

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

    AdminClient client() {
        return new AdminClient(admin);
    }

    boolean json() {
        return format == Format.json;
    }
}
