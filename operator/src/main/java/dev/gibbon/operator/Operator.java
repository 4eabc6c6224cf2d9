package dev.gibbon.operator;

import dev.gibbon.controlplane.authority.CertificateAuthority;
import dev.gibbon.controlplane.log.LibraryMessages;
import dev.gibbon.core.log.Log;
import dev.gibbon.operator.log.LineLog;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

/**
 * The program: one replica of the control plane in Kubernetes. It takes its settings from the
 * environment ({@link OperatorSettings}), and the API server's address and its own token from where
 * Kubernetes puts them, or from {@code KUBECONFIG}. It ends on SIGTERM, with 0.
 */
public final class Operator {
    private static final int MISUSE = 2;

    /**
     * Warns of every kind whose version is an alpha or beta one (fabric8 7.5). Ours are, and their
     * version is no news to the program that defines it.
     */
    private static final String UNSTABLE_VERSIONS =
            "io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils";

    private Operator() {}

    /** Runs until SIGTERM; ends with 2 when a setting is wrong, with 1 when it cannot start. */
    public static void main(String[] arguments) {
        OperatorSettings settings;
        try {
            settings = OperatorSettings.read(System.getenv());
        } catch (OperatorSettings.Invalid e) {
            System.err.println("gibbon-operator: " + e.getMessage());
            System.exit(MISUSE);
            return;
        }
        Termination termination = new Termination();
        boolean started;
        try (LineLog log =
                new LineLog(
                        settings.logLevel(),
                        settings.logJson(),
                        InstantSource.system(),
                        new FileOutputStream(FileDescriptor.out))) {
            new LibraryMessages(log, Set.of(UNSTABLE_VERSIONS)).install();
            started = run(settings, termination, log);
        }
        termination.ended(started ? 0 : 1);
        if (!started) {
            System.exit(1);
        }
    }

    /**
     * Runs until the virtual machine is told to end.
     *
     * @return whether it could be started
     */
    private static boolean run(OperatorSettings settings, Termination termination, Log log) {
        InstantSource clock = InstantSource.system();
        boolean mayWait = settings.issuance().isPresent();
        if (mayWait) {
            termination.install();
        }
        try (KubernetesClient client = new KubernetesClientBuilder().build()) {
            Optional<CertificateAuthority> authority =
                    new AuthorityOpening(settings, client, clock, log)
                            .await(pause -> !termination.isAskedWithin(pause));
            if (authority.isPresent()) {
                try (RunningOperator _ =
                        RunningOperator.start(settings, client, authority.get(), clock, log)) {
                    if (!mayWait) {
                        termination.install();
                    }
                    log.info("operator started", "namespace", settings.namespace());
                    termination.awaitAsked();
                }
            }
            log.info("operator stops");
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        } catch (IOException | RuntimeException e) {
            log.error("operator cannot start", "reason", String.valueOf(e.getMessage()));
            return false;
        }
    }
}
