package dev.gibbon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The images hold what is called in them, and it runs with the rights that it will have. */
@OnCluster
@Timeout(120)
class ImagesTest {
    private static final String RIGHTS =
            """
            {runAsUser: 0, runAsGroup: 1337, readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, \
            capabilities: {drop: [ALL], add: [NET_ADMIN]}, seccompProfile: {type: RuntimeDefault}}\
            """;

    private final TestNamespace namespace;

    ImagesTest(TestNamespace namespace) {
        this.namespace = namespace;
    }

    @Test
    void theSidecarsImageSetsTransparentProxyRulesByBothTools() {
        namespace.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: tools}
                spec:
                  restartPolicy: Never
                  initContainers:
                  - name: iptables
                    image: %1$s
                    command: [iptables-nft, -t, mangle, -A, PREROUTING, -p, tcp, -j, TPROXY, --on-port, "15006"]
                    securityContext: %2$s
                  - name: ip6tables
                    image: %1$s
                    command: [ip6tables, -t, mangle, -A, PREROUTING, -p, tcp, -j, TPROXY, --on-port, "15006"]
                    securityContext: %2$s
                  - name: nft
                    image: %1$s
                    command: [nft, "add table inet gibbon; list ruleset"]
                    securityContext: %2$s
                  - name: ip
                    image: %1$s
                    command: [ip, rule, add, fwmark, "0x1", lookup, "100"]
                    securityContext: %2$s
                  containers:
                  - name: java
                    image: %1$s
                    command: [/opt/gibbon/java/bin/java, --list-modules]
                    securityContext: %2$s
                """
                        .formatted(TestImages.sidecar(), RIGHTS));
        namespace.awaitPod(
                "tools",
                "done",
                pod -> "Succeeded".equals(pod.getStatus().getPhase()),
                Duration.ofSeconds(60));

        assertThat(namespace.logs("tools", "nft"))
                .contains("table ip mangle", "table ip6 mangle", "TPROXY");
        assertThat(namespace.logs("tools", "java")).contains("java.base@25", "jdk.jfr@25");
    }

    @Test
    void theOperatorsImageRunsAsNobodyInParticular() {
        namespace.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: operator}
                spec:
                  restartPolicy: Never
                  containers:
                  - name: java
                    image: %s
                    command: [/opt/gibbon/java/bin/java, --list-modules]
                    securityContext: {runAsNonRoot: true, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
                """
                        .formatted(TestImages.operator()));
        namespace.awaitPod(
                "operator",
                "done",
                pod -> "Succeeded".equals(pod.getStatus().getPhase()),
                Duration.ofSeconds(60));

        assertThat(namespace.logs("operator", "java")).contains("java.net.http@25");
    }
}
