package dev.gibbon.operator.check;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** All checks there are. */
public final class Checks {
    private static final List<Check> ALL =
            Stream.of(
                            ClusterChecks.all(),
                            InstallationChecks.all(),
                            OperatorChecks.all(),
                            CertificateChecks.all(),
                            IssuanceChecks.all(),
                            InjectionChecks.all(),
                            PodChecks.all(),
                            SidecarChecks.all(),
                            ConfigurationChecks.all(),
                            ReferenceChecks.all(),
                            NetworkChecks.all())
                    .flatMap(List::stream)
                    .sorted(Comparator.comparing(Check::group))
                    .toList();

    private Checks() {}

    /** In the order in which they are printed. */
    public static List<Check> all() {
        return ALL;
    }

    /** Runs all of them. */
    public static CheckReport run(ClusterSnapshot cluster) {
        return new CheckReport(
                cluster.scope(), ALL.stream().map(check -> check.run(cluster)).toList());
    }
}
