package dev.gibbon.operator.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.setting.MeshMode;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects as the API server writes them. */
class FactReaderTest {
    private static final String POD =
            """
            metadata: {namespace: shop, name: b-1, uid: u-1,
              creationTimestamp: '2026-01-01T00:00:00Z',
              annotations: {gibbon.dev/exclude-inbound-ports: '9090,9100-9102'}}
            spec:
              nodeName: node-1
              serviceAccountName: service-b
              initContainers:
              - {name: gibbon-capture}
              - {name: gibbon-sidecar, restartPolicy: Always}
            status:
              phase: Running
              podIP: 10.244.0.7
              podIPs: [{ip: 10.244.0.7}, {ip: 'fd00::7'}]
              conditions:
              - {type: Initialized, status: 'True'}
              - {type: Ready, status: 'True'}
              initContainerStatuses:
              - {name: gibbon-capture, ready: true}
              - {name: gibbon-sidecar, ready: true}
            """;

    @Test
    void podIsReadAsItIs() {
        assertThat(FactReader.pod(yaml(POD, Pod.class)))
                .contains(
                        new PodFact(
                                "shop",
                                "b-1",
                                "u-1",
                                "service-b",
                                "node-1",
                                List.of(IpAddress.of("10.244.0.7"), IpAddress.of("fd00::7")),
                                true,
                                false,
                                true,
                                Set.of(9090, 9100, 9101, 9102),
                                "2026-01-01T00:00:00Z"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "- {name: gibbon-sidecar, ready: false}",
                "- {name: gibbon-sidecar}",
                "- {name: another, ready: true}"
            })
    void sidecarThatIsNotReadyDoesNotServe(String status) {
        String pod = POD.replace("- {name: gibbon-sidecar, ready: true}", status);

        assertThat(FactReader.pod(yaml(pod, Pod.class)))
                .hasValueSatisfying(fact -> assertThat(fact.serving()).isFalse());
    }

    @Test
    void podOfALostNodeDoesNotServeThoughItsContainersAreStillCalledReady() {
        String pod = POD.replace("{type: Ready, status: 'True'}", "{type: Ready, status: 'False'}");

        assertThat(FactReader.pod(yaml(pod, Pod.class)))
                .hasValueSatisfying(fact -> assertThat(fact.serving()).isFalse());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "restartPolicy: Always | restartPolicy: OnFailure",
                "name: gibbon-sidecar, | name: sidecar,",
                "nodeName: node-1 | hostNetwork: true",
                "initContainers | containers"
            })
    void podWithoutOurNativeSidecarIsNotMeshed(String from, String to) {
        assertThat(FactReader.pod(yaml(POD.replace(from, to), Pod.class)))
                .hasValueSatisfying(pod -> {
                    assertThat(pod.meshed()).isFalse();
                    assertThat(pod.isMember()).isFalse();
                });
    }

    @Test
    void podOnTheNetworkOfItsNodeHasNoAddressOfItsOwn() {
        Pod pod = yaml(POD.replace("nodeName: node-1", "hostNetwork: true"), Pod.class);

        assertThat(FactReader.pod(pod))
                .hasValueSatisfying(fact -> assertThat(fact.addresses()).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"Pending, false", "Running, false", "Succeeded, true", "Failed, true"})
    void podHasEndedWhenItsPhaseSaysSo(String phase, boolean ended) {
        assertThat(FactReader.pod(yaml(POD.replace("Running", phase), Pod.class)))
                .hasValueSatisfying(pod -> assertThat(pod.ended()).isEqualTo(ended));
    }

    @Test
    void podWithoutStatusAndAccountHasDefaults() {
        String bare = POD.substring(0, POD.indexOf("status:"));

        assertThat(
                        FactReader.pod(
                                yaml(bare.replace("serviceAccountName: service-b", ""), Pod.class)))
                .hasValueSatisfying(pod -> {
                    assertThat(pod.serviceAccount()).isEqualTo("default");
                    assertThat(pod.addresses()).isEmpty();
                    assertThat(pod.isMember()).isFalse();
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "9090 | 9090",
                "9100-9102 | 9100,9101,9102",
                "80, 81 | 80,81",
                "'' | ''",
                "0 | ''",
                "65535 | 65535",
                "65536 | ''",
                "9-8 | ''",
                "80-81-82 | ''",
                "x,80 | 80",
                "1-65535 | ''",
                "-1 | ''",
                "80;reboot | ''"
            })
    void portsAreReadOrLeftOut(String text, String expected) {
        assertThat(String.join(",", PortList.parse(text).stream().map(String::valueOf).toList()))
                .isEqualTo(expected);
    }

    @Test
    void serviceIsReadAsItIs() {
        Service service =
                yaml(
                        """
                        metadata: {namespace: shop, name: b}
                        spec:
                          type: ClusterIP
                          clusterIP: 10.96.0.2
                          clusterIPs: [10.96.0.2, 'fd01::2']
                          internalTrafficPolicy: Cluster
                          ports:
                          - {name: http, port: 80, targetPort: 8080, protocol: TCP}
                          - {name: dns, port: 53, protocol: UDP}
                          - {name: db, port: 5432}
                        """,
                        Service.class);

        assertThat(FactReader.service(service))
                .contains(
                        new ServiceFact(
                                "shop",
                                "b",
                                List.of(IpAddress.of("10.96.0.2"), IpAddress.of("fd01::2")),
                                List.of(
                                        new ServiceFact.Port("http", 80, true),
                                        new ServiceFact.Port("db", 5432, false)),
                                false));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "http, -, true",
                "http-api, -, true",
                "https, -, false",
                "httpx, -, false",
                "-, -, false",
                "api, http, true",
                "http, kubernetes.io/h2c, false",
                "http, https, false",
                "http, tcp, false"
            })
    void httpIsWhatIsDeclaredToBe(String name, String appProtocol, boolean http) {
        String names = name == null ? "" : "name: " + name + ", ";
        String protocol = appProtocol == null ? "" : ", appProtocol: " + appProtocol;
        Service service =
                yaml(
                        "metadata: {namespace: shop, name: b}\nspec: {clusterIP: 10.96.0.2, ports: [{"
                                + names
                                + "port: 80"
                                + protocol
                                + "}]}",
                        Service.class);

        assertThat(FactReader.service(service).orElseThrow().ports())
                .singleElement()
                .satisfies(port -> assertThat(port.http()).isEqualTo(http));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "clusterIP: None, clusterIPs: [None]",
                "type: ExternalName, externalName: example.com",
                "type: ExternalName, externalName: example.com, clusterIP: 10.96.0.9",
                "clusterIP: ''"
            })
    void serviceWithoutVirtualAddressHasNone(String spec) {
        Service service =
                yaml("metadata: {namespace: shop, name: b}\nspec: {" + spec + "}", Service.class);

        assertThat(FactReader.service(service).orElseThrow().clusterIps()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | true | false",
                "{ready: true} | true | false",
                "{ready: false} | false | false",
                "{ready: false, serving: true, terminating: true} | false | true",
                "{ready: false, serving: false, terminating: true} | false | false",
                "{ready: false, serving: true, terminating: false} | false | false",
                "{ready: true, serving: true, terminating: true} | true | false"
            })
    void conditionsSayWhatAnEndpointTakes(String conditions, boolean ready, boolean draining) {
        EndpointSlice slice =
                yaml(
                        """
                        metadata: {namespace: shop, name: b-x,
                          labels: {kubernetes.io/service-name: b}}
                        addressType: IPv4
                        ports: [{name: http, port: 8080, protocol: TCP}]
                        endpoints:
                        - {addresses: [10.244.0.7], zone: eu-1a, nodeName: node-1,
                           conditions: %s}
                        """
                                .formatted(conditions),
                        EndpointSlice.class);

        assertThat(FactReader.slice(slice))
                .contains(
                        new SliceFact(
                                "shop",
                                "b-x",
                                "b",
                                List.of(new SliceFact.Port("http", 8080)),
                                List.of(
                                        new SliceFact.SliceEndpoint(
                                                IpAddress.of("10.244.0.7"),
                                                ready,
                                                draining,
                                                "eu-1a",
                                                "node-1"))));
    }

    @Test
    void sliceOfHostNamesOrOfNoServiceIsOfNoUse() {
        String slice =
                """
                metadata: {namespace: shop, name: b-x, labels: {%s: b}}
                addressType: %s
                """;

        assertThat(
                        FactReader.slice(
                                yaml(
                                        slice.formatted("kubernetes.io/service-name", "FQDN"),
                                        EndpointSlice.class)))
                .isEmpty();
        assertThat(FactReader.slice(yaml(slice.formatted("app", "IPv4"), EndpointSlice.class)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "enabled, strict, true, STRICT",
                "disabled, permissive, false, PERMISSIVE",
                "Enabled, Strict, false, -",
                "-, -, false, -"
            })
    void namespaceSaysWhetherAndHow(String label, String mode, boolean injected, MeshMode read) {
        Namespace namespace =
                yaml(
                        "metadata: {name: shop, labels: {"
                                + (label == null ? "" : "gibbon.dev/inject: " + label)
                                + "}, annotations: {"
                                + (mode == null ? "" : "gibbon.dev/mesh: " + mode)
                                + "}}",
                        Namespace.class);

        assertThat(FactReader.namespace(namespace))
                .contains(
                        new NamespaceFact(
                                "shop",
                                label == null ? Map.of() : Map.of("gibbon.dev/inject", label),
                                false,
                                read));
    }

    @Test
    void zoneOfANodeIsItsLabel() {
        assertThat(
                        FactReader.node(
                                yaml(
                                        "metadata: {name: n, labels:"
                                                + " {topology.kubernetes.io/zone: eu-1a}}",
                                        Node.class)))
                .contains(new NodeFact("n", "eu-1a"));
        assertThat(FactReader.node(yaml("metadata: {name: n}", Node.class)))
                .contains(new NodeFact("n", null));
    }

    private static <T> T yaml(String text, Class<T> type) {
        return Serialization.unmarshal(text, type);
    }
}
