package dev.gibbon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * What somebody does who meets Gibbon for the first time, by the commands of the quickstart, from
 * installing it to uninstalling it. Each step stands on the one before. In the namespaces {@code
 * shop} and {@code gibbon-system}, which must not be used for anything else.
 */
@OnCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(420)
class NewcomersPathTest {
    private static final String SHOP = "shop";
    private static final Duration SOON = Duration.ofSeconds(60);

    private static final List<String> FLOWS =
            List.of(
                    "tcp:   Hello from Service B (TCP)",
                    "tls:   Hello from Service B (TLS)",
                    "http:  Hello from Service B (HTTP)",
                    "https: Hello from Service B (HTTPS)");

    /** An IPAddress is named by an address; the Services that have one are looked at. */
    private static final List<String> LEFT_OUT =
            List.of("events", "componentstatuses", "ipaddresses");

    private final Cluster cluster;
    private final Mesh mesh;
    private final TestNamespace observer;
    private Set<String> objects = Set.of();
    private Set<String> rules = Set.of();

    NewcomersPathTest(Cluster cluster, TestNamespace observer) {
        this.cluster = cluster;
        this.observer = observer;
        this.mesh = new Mesh(cluster);
    }

    @BeforeAll
    void startWithoutIt() {
        mesh.uninstall();
        remove(SHOP);
        remove(Mesh.NAMESPACE);
        create(SHOP);
        create(Mesh.NAMESPACE);
        observer.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: node}
                spec:
                  hostNetwork: true
                  terminationGracePeriodSeconds: 0
                  containers:
                  - name: tools
                    image: %s
                    command: [sh, -c, "while :; do sleep 1; done"]
                    securityContext: {capabilities: {add: [NET_ADMIN]}}
                """
                        .formatted(TestImages.sidecar()));
        observer.awaitReady("node");
        objects = objects();
        rules = rules();
        assertThat(objects).noneMatch(object -> object.toLowerCase(Locale.ROOT).contains("error"));
        assertThat(objects).anyMatch(object -> object.contains("Deployment kube-system/coredns"));
        assertThat(rules).anyMatch(rule -> rule.contains("32766:"));
    }

    @AfterAll
    void end() {
        remove(SHOP);
    }

    @Test
    @Order(1)
    void helmInstallsIt() {
        mesh.install();

        assertThat(kubectl("get", "pods", "-n", Mesh.NAMESPACE).lines().skip(1))
                .hasSize(2)
                .allMatch(line -> line.contains("1/1") && line.contains("Running"));
        assertThat(kubectl("get", "crds"))
                .contains("meshroutes.gibbon.dev", "meshservices.gibbon.dev");
    }

    @Test
    @Order(2)
    void fourFlowsRunBetweenTwoServicesInALabelledNamespace() {
        kubectl("label", "namespace", SHOP, "gibbon.dev/inject=enabled");
        kubectl("apply", "-f", "examples/two-services/");
        awaitRollout();

        assertThat(pods()).hasSize(3).allMatch(NewcomersPathTest::isMeshed);
        awaitFlows();
        // By mutual TLS, as the access logs of both sides say.
        Eventually.expect(
                "logged",
                SOON,
                () -> logs("service-a", "gibbon-sidecar"),
                log ->
                        log.contains("\"upstream_tls\":\"mesh\"")
                                && log.contains("/ns/shop/sa/service-b\""));
        Eventually.expect(
                "logged",
                SOON,
                () -> logs("service-b", "gibbon-sidecar"),
                log -> log.contains("\"mesh_in\":true") && log.contains("/ns/shop/sa/service-a\""));
    }

    @Test
    @Order(3)
    void aRouteSendsRequestsWithAHeaderElsewhere() {
        kubectl("apply", "-f", "examples/route-by-header/");
        kubectl("-n", SHOP, "rollout", "status", "deployment/service-b-canary", "--timeout=120s");

        Eventually.expect(
                "routed",
                SOON,
                () -> get("-H", "x-version: canary"),
                answer -> answer.contains("(HTTP, canary)"));
        assertThat(get("-H", "x-version: stable")).contains("Hello from Service B (HTTP)");
        assertThat(get()).contains("Hello from Service B (HTTP)");
    }

    @Test
    @Order(4)
    void columnsSayWhatIsSo() {
        String services = awaitProgrammed("meshservices");
        String routes = awaitProgrammed("meshroutes");

        assertThat(services.lines().map(NewcomersPathTest::words))
                .containsExactly(
                        "NAME PROTOCOL HOST SERVICE ACCEPTED REFS PROGRAMMED SIDECARS AGE",
                        "service-b-canary http service-b-canary True True True all");
        assertThat(routes.lines().map(NewcomersPathTest::words))
                .containsExactly(
                        "NAME PROTOCOLS PARENT HOSTS PATHS MESHSERVICE ACCEPTED REFS PROGRAMMED SIDECARS AGE",
                        "service-b-canary [\"http\"] service-b service-b-canary True True True all");
        assertThat(kubectl("-n", SHOP, "get", "meshroutes").lines().map(NewcomersPathTest::words))
                .containsExactly(
                        "NAME PROTOCOLS PARENT MESHSERVICE ACCEPTED PROGRAMMED AGE",
                        "service-b-canary [\"http\"] service-b service-b-canary True True");
        assertThat(words(kubectl("explain", "meshroute.spec.parent")))
                .contains("FIELD: parent", "DESCRIPTION:");
    }

    /**
     * How many sidecars there are depends on which replica of the operator they are connected to.
     */
    private String awaitProgrammed(String kind) {
        return Eventually.expect(
                        "programmed",
                        SOON,
                        () -> kubectl("-n", SHOP, "get", kind, "-o", "wide"),
                        text -> text.matches("(?s).* ([1-9][0-9]*)/\\1 .*"))
                .replaceFirst("([1-9][0-9]*)/\\1", "all");
    }

    /** Without the age, which is the last. */
    private static String words(String line) {
        String words = line.strip().replaceAll(" +", " ");
        return words.endsWith("AGE") ? words : words.replaceFirst(" \\S+$", "");
    }

    @Test
    @Order(5)
    void gibbonCheckFindsNothingWrong() {
        CommandResult result = cluster.gibbon().run("check");

        assertThat(result.exitCode()).as(result.output() + result.errors()).isZero();
        assertThat(result.output()).contains("\u2713").doesNotContain("\u2717");
    }

    @Test
    @Order(6)
    void upgradingItToStrictChangesWhatPodsAccept() {
        create("visitors");
        try {
            kubectl("-n", "visitors", "run", "visitor", "--image=" + TestImages.applications());
            kubectl(
                    "-n",
                    "visitors",
                    "wait",
                    "pod/visitor",
                    "--for=condition=Ready",
                    "--timeout=60s");
            assertThat(visit()).contains("Hello from Service B (HTTP)");

            mesh.install("mesh.mode=strict");

            Eventually.expect(
                    "refused", SOON, this::visit, answer -> answer.startsWith("curl: (56)"));
            assertThat(get()).contains("Hello from Service B (HTTP)");
            assertThat(pods().stream().mapToInt(NewcomersPathTest::restarts).sum()).isZero();
            awaitFlows();
        } finally {
            remove("visitors");
        }
    }

    private String visit() {
        CommandResult result =
                cluster.kubectl()
                        .run(
                                "-n",
                                "visitors",
                                "exec",
                                "visitor",
                                "--",
                                "curl",
                                "-sS",
                                "-m",
                                "10",
                                "http://service-b.shop:18000");
        return result.output() + result.errors();
    }

    @Test
    @Order(7)
    void uninstallingItLeavesNothing() {
        kubectl("-n", SHOP, "rollout", "status", "deployment/service-a", "--timeout=60s");

        mesh.uninstall();

        // Owned objects are collected in the background.
        Eventually.expect("as before", SOON, () -> difference(objects, objects()), Set::isEmpty);
        Eventually.expect("as before", SOON, () -> difference(rules, rules()), Set::isEmpty);
        assertThat(kubectl("get", "namespace", SHOP, "-o", "jsonpath={.metadata.finalizers}"))
                .isEmpty();
    }

    @Test
    @Order(8)
    void podsGoOnWithoutItAfterARestart() {
        kubectl("-n", SHOP, "rollout", "restart", "deployment");
        awaitRollout();

        List<Pod> pods =
                Eventually.expect(
                        "old pods are gone",
                        SOON,
                        this::pods,
                        all -> all.stream().noneMatch(NewcomersPathTest::isMeshed));
        assertThat(pods).isNotEmpty().allMatch(pod -> pod.getSpec().getInitContainers().isEmpty());
        awaitFlows();
        String addressRules = inServiceA("ip", "rule");
        assertThat(addressRules).contains("lookup main").doesNotContain("fwmark");
    }

    private void awaitRollout() {
        for (String name : List.of("service-b", "service-a")) {
            kubectl("-n", SHOP, "rollout", "status", "deployment/" + name, "--timeout=180s");
        }
    }

    /** All four in the last two rounds. */
    private void awaitFlows() {
        Eventually.expect(
                "flows",
                SOON,
                () ->
                        kubectl(
                                        "-n",
                                        SHOP,
                                        "logs",
                                        "deployment/service-a",
                                        "-c",
                                        "service-a",
                                        "--tail=8")
                                .lines()
                                .toList(),
                lines -> lines.size() == 8 && Set.copyOf(lines).equals(Set.copyOf(FLOWS)));
    }

    private String get(String... options) {
        String[] command = new String[options.length + 5];
        System.arraycopy(
                new String[] {"curl", "-sS", "-m", "10", "http://service-b:18000"},
                0,
                command,
                0,
                5);
        System.arraycopy(options, 0, command, 5, options.length);
        return inServiceA(command);
    }

    private String inServiceA(String... command) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "-n",
                                SHOP,
                                "exec",
                                "deployment/service-a",
                                "-c",
                                "service-a",
                                "--"));
        arguments.addAll(List.of(command));
        CommandResult result = cluster.kubectl().run(arguments.toArray(String[]::new));
        return result.output() + result.errors();
    }

    private String logs(String application, String container) {
        return cluster.kubectl()
                .run("-n", SHOP, "logs", "-l", "app=" + application, "-c", container, "--tail=-1")
                .orThrow();
    }

    private List<Pod> pods() {
        return cluster.client().pods().inNamespace(SHOP).list().getItems().stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .toList();
    }

    private static boolean isMeshed(Pod pod) {
        return pod.getSpec().getInitContainers().stream()
                .anyMatch(container ->
                        container.getName().equals("gibbon-sidecar")
                                && "Always".equals(container.getRestartPolicy()));
    }

    private static int restarts(Pod pod) {
        return pod.getStatus().getContainerStatuses().stream()
                .mapToInt(status -> status.getRestartCount())
                .sum();
    }

    /**
     * Every object of every kind by its name. Left out: events and addresses; what is in the
     * namespaces of the shop, but for what is Gibbon's, and of tests.
     */
    private Set<String> objects() {
        String kinds =
                kubectl("api-resources", "--verbs=list", "-o", "name", "--cached=false")
                        .lines()
                        .filter(kind -> LEFT_OUT.stream().noneMatch(kind::startsWith))
                        .collect(Collectors.joining(","));
        String template =
                "{range .items[*]}{.apiVersion} {.kind} {.metadata.namespace}/{.metadata.name}{\"\\n\"}{end}";
        CommandResult result =
                cluster.kubectl()
                        .run("get", kinds, "--all-namespaces", "-o", "jsonpath=" + template);
        // A kind may go while it is asked for.
        return (result.output() + "\n" + result.errors())
                .lines()
                .filter(line -> !line.isBlank())
                .filter(line -> !line.contains(" test-") && !line.contains("/test-"))
                .filter(line -> !line.contains(" " + SHOP + "/") || line.contains("gibbon"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The rules of the node's network, but for those of kube-proxy and of the network's plugin. */
    private Set<String> rules() {
        String script =
                """
                nft --stateless list ruleset
                for family in -4 -6; do ip $family rule; ip $family route show table all; done
                """;
        List<String> lines =
                observer.exec("node", "tools", "sh", "-c", script).orThrow().lines().toList();
        String chain = "";
        Set<String> found = new TreeSet<>();
        for (String line : lines) {
            if (line.strip().startsWith("chain ")) {
                chain = line.strip();
            } else if (line.strip().equals("}")) {
                chain = "";
            }
            boolean others =
                    (chain + line).contains("KUBE-")
                            || (chain + line).contains("CNI-")
                            || line.contains("veth");
            if (!others || line.contains("gibbon-")) {
                found.add(chain + " " + line.strip());
            }
        }
        return found;
    }

    private static Set<String> difference(Set<String> before, Set<String> after) {
        Set<String> all = new TreeSet<>();
        before.stream().filter(one -> !after.contains(one)).forEach(one -> all.add("- " + one));
        after.stream().filter(one -> !before.contains(one)).forEach(one -> all.add("+ " + one));
        return all;
    }

    private void create(String namespace) {
        kubectl("create", "namespace", namespace);
    }

    private void remove(String namespace) {
        kubectl("delete", "namespace", namespace, "--ignore-not-found", "--timeout=120s");
    }

    private String kubectl(String... arguments) {
        return cluster.kubectl().run(arguments).orThrow();
    }
}
