package dev.gibbon.cli.node;

import dev.gibbon.cli.CommandFailure;
import dev.gibbon.cli.daemon.Prefix;
import dev.gibbon.controlplane.authority.CertificateAuthority;
import dev.gibbon.controlplane.authority.JoinTokens;
import dev.gibbon.controlplane.authority.SecretDirectory;
import dev.gibbon.controlplane.authority.TokenDocument;
import dev.gibbon.core.join.JoinToken;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.setting.DurationSyntax;
import dev.gibbon.core.setting.HostPort;
import dev.gibbon.core.setting.InvalidSetting;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code gibbon token}: lets sidecars of other hosts join. */
@Command(
        name = "token",
        mixinStandardHelpOptions = true,
        description = "Manages join tokens, by which sidecars of other hosts join the mesh.",
        subcommands = TokenCommand.Create.class)
public final class TokenCommand implements Runnable {
    private final Map<String, String> environment;

    @Spec private @Nullable CommandSpec spec;

    public TokenCommand(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    Map<String, String> environment() {
        return environment;
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "no command (expected: create)");
        }
    }

    /**
     * {@code gibbon token create}. It works on the control plane's own files, which only their
     * owner can read: whoever may run it could read the authority's key as well.
     */
    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Prints a join token for one sidecar on another host, to be given there as"
                        + " GIBBON_JOIN_TOKEN. Runs where the control plane runs, with its"
                        + " GIBBON_PREFIX, as its user.",
                "The token is a secret until it expires: hand it over as one."
            })
    static final class Create implements Callable<Integer> {
        private static final DurationSyntax TTL =
                new DurationSyntax(Duration.ofMillis(1), Duration.ofDays(365));

        @ParentCommand private @Nullable TokenCommand parent;
        @Spec private @Nullable CommandSpec spec;

        @Option(
                names = "--name",
                required = true,
                paramLabel = "NAME",
                description = "The sidecar's name: the last part of its GIBBON_PREFIX.")
        private String name = "";

        @Option(
                names = "--address",
                required = true,
                split = ",",
                paramLabel = "IP",
                description =
                        "An address that the sidecar may claim: of its workload, its listeners,"
                                + " and those it dials from. Can be given several times.")
        private List<String> addresses = List.of();

        @Option(
                names = "--control-plane",
                required = true,
                paramLabel = "HOST:PORT",
                description = "Where the sidecar reaches this control plane's GIBBON_FEED_LISTEN.")
        private String controlPlane = "";

        @Option(
                names = "--ttl",
                defaultValue = "1h",
                paramLabel = "DURATION",
                description =
                        "How long the token is valid, e.g. 30m; up to 8760h, a year. Default:"
                                + " ${DEFAULT-VALUE}.")
        private String ttl = "1h";

        @Override
        public Integer call() throws CommandFailure {
            TokenCommand token = Objects.requireNonNull(parent, "set by picocli");
            CommandLine line = Objects.requireNonNull(spec, "set by picocli").commandLine();
            NodeEnvironment environment = new NodeEnvironment(token.environment());
            Prefix prefix = environment.prefix(environment.settings());
            requireAuthority(prefix);
            Duration lifetime = lifetime(line);
            if (HostPort.parse(controlPlane).isEmpty()) {
                throw new ParameterException(
                        line,
                        "--control-plane: "
                                + controlPlane
                                + " (expected: <host>:<port>, e.g. 192.0.2.7:8005)");
            }
            List<IpAddress> claimed = new ArrayList<>();
            for (String address : addresses) {
                claimed.add(
                        IpAddress.parse(address)
                                .orElseThrow(() ->
                                        new ParameterException(
                                                line,
                                                "--address: "
                                                        + address
                                                        + " (expected: an IP address)")));
            }
            InstantSource clock = InstantSource.system();
            SecretDirectory secrets = new SecretDirectory(prefix.authority());
            SecureRandom random = new SecureRandom();
            try {
                CertificateAuthority authority =
                        CertificateAuthority.open(
                                secrets, clock, random, CertificateAuthority.DEFAULT_LIFETIME);
                JoinToken made =
                        new JoinTokens(new TokenDocument(secrets), random)
                                .create(
                                        name,
                                        claimed,
                                        lifetime,
                                        controlPlane,
                                        authority.pin(),
                                        clock.instant());
                line.getOut().println(made.text());
                return 0;
            } catch (IllegalArgumentException e) {
                throw new ParameterException(line, String.valueOf(e.getMessage()));
            } catch (IOException e) {
                throw new CommandFailure("the token could not be made: " + Sentence.of(e));
            }
        }

        private static void requireAuthority(Prefix prefix) throws CommandFailure {
            try {
                Files.readAttributes(
                        prefix.authority().resolve("authority.pem"), BasicFileAttributes.class);
            } catch (AccessDeniedException e) {
                throw new CommandFailure(
                        e.getFile() + ": permission denied (run this as the control plane's user)");
            } catch (IOException e) {
                throw new CommandFailure(
                        "no control plane has run in "
                                + prefix.root()
                                + " (set GIBBON_PREFIX to the control plane's)");
            }
        }

        /** As in the settings; ISO 8601, e.g. {@code PT30M}, is taken as well. */
        private Duration lifetime(CommandLine line) {
            if (ttl.startsWith("P")) {
                try {
                    return Duration.parse(ttl);
                } catch (DateTimeParseException e) {
                    // Refused below, with what is expected.
                }
            }
            try {
                return TTL.parse(ttl);
            } catch (InvalidSetting e) {
                throw new ParameterException(line, "--ttl: " + e.line());
            }
        }
    }
}
