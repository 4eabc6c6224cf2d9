package dev.gibbon.operator.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubeconfigTest {
    private static final String GOOD =
            """
            apiVersion: v1
            kind: Config
            current-context: one
            clusters:
            - {name: c1, cluster: {server: 'https://192.0.2.1:6443'}}
            - {name: c2, cluster: {server: 'https://192.0.2.2:6443'}}
            - {name: c3, cluster: {}}
            users:
            - {name: u1, user: {token: t}}
            - {name: u2, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: %s}}}
            contexts:
            - {name: one, context: {cluster: c1, user: u1}}
            - {name: two, context: {cluster: c2, user: u1, namespace: shop}}
            - {name: no-server, context: {cluster: c3, user: u1}}
            - {name: no-cluster, context: {cluster: c4, user: u1}}
            - {name: no-user, context: {cluster: c1, user: u3}}
            - {name: no-program, context: {cluster: c1, user: u2}}
            """
                    .formatted("no-such-program");

    @TempDir private Path folder;
    private Path good;

    @BeforeEach
    void write() throws IOException {
        good = folder.resolve("good");
        Files.writeString(good, GOOD);
        Files.writeString(folder.resolve("empty"), "");
        Files.writeString(folder.resolve("no-contexts"), "kind: Config\nclusters:\n");
        Files.writeString(folder.resolve("broken"), "clusters: [\n  {name: c1");
        Files.writeString(
                folder.resolve("holes"),
                "contexts:\n-\n- {context: {cluster: c}}\nusers: [null]\n");
        Files.writeString(folder.resolve("list"), "- a\n- b\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "missing | - | missing: no such file (expected: a kubeconfig)",
                "empty | - | empty: empty (expected: a kubeconfig)",
                ". | - | .: a directory (expected: a kubeconfig)",
                "broken | - | broken: not readable: ",
                "list | - | list: not readable: ",
                "no-contexts | - | no-contexts: no current context (expected: --context with one of none",
                "holes | - | holes: no current context",
                "no-contexts | one | no-contexts: no context 'one' (expected: ",
                "good | three | good: no context 'three' (expected: --context with one of 'one', 'two'",
                "good | no-server | good: context 'no-server' has no cluster with a server",
                "good | no-cluster | (expected: one of the name 'c4')",
                "good | no-user | good: context 'no-user' has no user 'u3'",
                "good | no-program | good: user 'u2' gets its credentials from the program"
                        + " 'no-such-program', which is not there",
            })
    void whatDoesNotNameAClusterIsSaidInOneLine(
            String file, @Nullable String context, String message) {
        CommandFailure failure =
                failure(Map.of("PATH", "/bin"), folder.resolve(file).toString(), context);

        assertThat(failure.exitCode()).isEqualTo(2);
        assertThat(failure).message().contains(message);
        assertThat(String.valueOf(failure.getMessage()).lines()).hasSize(1);
    }

    @Test
    void currentContextThatIsNotThereIsNamed() throws IOException {
        Files.writeString(good, GOOD.replace("current-context: one", "current-context: gone"));

        assertThat(failure(Map.of(), good.toString(), null))
                .message()
                .contains("no context 'gone', which is the current one");
    }

    @Test
    void withoutAnyFileNoClusterIsKnown() {
        assertThat(failure(Map.of(), null, null))
                .message()
                .isEqualTo(
                        "no cluster is named (expected: --kubeconfig, KUBECONFIG, or "
                                + folder.resolve(".kube/config")
                                + ")");
    }

    @Test
    void variableThatNamesNoFileIsSaid() {
        String both = folder.resolve("a") + ":" + folder.resolve("b");

        assertThat(failure(Map.of("KUBECONFIG", both), null, null))
                .message()
                .isEqualTo("KUBECONFIG names " + both + ": no such file (expected: a kubeconfig)");
    }

    @Test
    void ofAListFilesThatAreNotThereAreLeftOutAndTheFirstDefinitionCounts() throws Exception {
        Path other = folder.resolve("other");
        Files.writeString(
                other,
                """
                current-context: five
                clusters: [{name: c5, cluster: {server: 'https://192.0.2.5:6443'}}]
                contexts:
                - {name: five, context: {cluster: c5}}
                - {name: one, context: {cluster: nowhere}}
                """);
        Kubeconfig read =
                Kubeconfig.ofVariable(folder.resolve("missing") + "::" + good + ":" + other);

        read.require(null, "");
        read.require("one", "");
        read.require("five", "");
    }

    @Test
    void fileAndContextThatAreNamedAreTaken() throws Exception {
        try (KubernetesClient client = open(Map.of(), good.toString(), "two")) {
            assertThat(client.getMasterUrl()).hasToString("https://192.0.2.2:6443/");
            assertThat(client.getNamespace()).isEqualTo("shop");
            assertThat(client.getConfiguration().getAutoOAuthToken()).isEqualTo("t");
        }
    }

    @Test
    void contextOfNoNameIsTheCurrentOne() throws Exception {
        try (KubernetesClient client = open(Map.of(), good.toString(), "")) {
            assertThat(client.getMasterUrl()).hasToString("https://192.0.2.1:6443/");
        }
    }

    private KubernetesClient open(
            Map<String, String> environment, @Nullable String file, @Nullable String context)
            throws CommandFailure {
        return new ClusterClients(environment, folder).open(new ClusterSelection(file, context));
    }

    private CommandFailure failure(
            Map<String, String> environment, @Nullable String file, @Nullable String context) {
        return catchThrowableOfType(
                CommandFailure.class, () -> open(environment, file, context).close());
    }
}
