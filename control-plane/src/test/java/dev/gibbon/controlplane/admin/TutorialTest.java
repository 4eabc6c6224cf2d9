package dev.gibbon.controlplane.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The eight calls of the "Streams and Service Mesh" tutorial of Kong 1.1, as curl sends them. */
class TutorialTest {

    @ParameterizedTest
    @CsvSource({
        "service-b-tcp, tcp, tcp://127.0.0.5:19000, 19000, null",
        "service-b-tls, tls, tls://127.0.0.5:19443, 19443, null",
        "service-b-http, http, http://127.0.0.5:18000, 18000, null",
        "service-b-https, https, https://127.0.0.5:18443/, 18443, '\"/\"'",
    })
    void servicesArePutByName(String name, String protocol, String url, int port, String path)
            throws Exception {
        try (LiveAdmin admin = new LiveAdmin()) {
            HttpResponse<String> answer =
                    admin.call("PUT", "/services/" + name, LiveAdmin.FORM, "url=" + url);

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body())
                    .isEqualTo(
                            """
                            {"id":"00000000-0000-0000-0000-000000000001",\
                            "created_at":1500000000,"updated_at":1500000000,\
                            "name":"%s","retries":5,"protocol":"%s","host":"127.0.0.5",\
                            "port":%d,"path":%s,"connect_timeout":60000,"write_timeout":60000,\
                            "read_timeout":60000,"tls_verify":null,"tags":null}\
                            """
                                    .formatted(name, protocol, port, path));
        }
    }

    @Test
    void streamRoutesArePostedUnderTheirService() throws Exception {
        try (LiveAdmin admin = new LiveAdmin()) {
            admin.call(
                    "PUT", "/services/service-b-tcp", LiveAdmin.FORM, "url=tcp://127.0.0.5:19000");
            admin.call(
                    "PUT", "/services/service-b-tls", LiveAdmin.FORM, "url=tls://127.0.0.5:19443");

            HttpResponse<String> tcp =
                    admin.call(
                            "POST",
                            "/services/service-b-tcp/routes",
                            LiveAdmin.FORM,
                            "name=service-b-tcp&protocols=tcp&destinations[1].ip=127.0.0.5"
                                    + "&destinations[1].port=19000");
            HttpResponse<String> tls =
                    admin.call(
                            "POST",
                            "/services/service-b-tls/routes",
                            LiveAdmin.FORM,
                            "name=service-b-tls&protocols=tls&destinations[1].ip=127.0.0.5"
                                    + "&destinations[1].port=19443");

            assertThat(tcp.statusCode()).isEqualTo(201);
            assertThat(tcp.body()).isEqualTo(streamRoute(3, "tcp", 19000, 1));
            assertThat(tls.statusCode()).isEqualTo(201);
            assertThat(tls.body()).isEqualTo(streamRoute(4, "tls", 19443, 2));
            assertThat(admin.call("GET", "/services/service-b-tcp/routes").body())
                    .isEqualTo("{\"data\":[" + tcp.body() + "],\"next\":null}");
        }
    }

    private static String streamRoute(int id, String protocol, int port, int service) {
        return """
        {"id":"00000000-0000-0000-0000-00000000000%d",\
        "created_at":1500000000,"updated_at":1500000000,"name":"service-b-%s",\
        "protocols":["%s"],"methods":null,"hosts":null,"paths":null,"regex_priority":0,\
        "strip_path":true,"preserve_host":false,"snis":null,"sources":null,\
        "destinations":[{"ip":"127.0.0.5","port":%d}],\
        "service":{"id":"00000000-0000-0000-0000-00000000000%d"},"tags":null}\
        """
                .formatted(id, protocol, protocol, port, service);
    }

    @ParameterizedTest
    @CsvSource({"http", "https"})
    void httpRoutesArePostedUnderTheirService(String protocol) throws Exception {
        try (LiveAdmin admin = new LiveAdmin()) {
            String name = "service-b-" + protocol;
            admin.call("PUT", "/services/" + name, LiveAdmin.FORM, "url=" + protocol + "://h");

            HttpResponse<String> answer =
                    admin.call(
                            "POST",
                            "/services/" + name + "/routes",
                            LiveAdmin.FORM,
                            "name=" + name + "&hosts=127.0.0.5&protocols=" + protocol);

            assertThat(answer.statusCode()).isEqualTo(201);
            assertThat(answer.body())
                    .isEqualTo(
                            """
                            {"id":"00000000-0000-0000-0000-000000000002",\
                            "created_at":1500000000,"updated_at":1500000000,"name":"%s",\
                            "protocols":["%s"],"methods":null,"hosts":["127.0.0.5"],\
                            "paths":null,"regex_priority":0,"strip_path":true,\
                            "preserve_host":false,"snis":null,"sources":null,\
                            "destinations":null,\
                            "service":{"id":"00000000-0000-0000-0000-000000000001"},\
                            "tags":null}\
                            """
                                    .formatted(name, protocol));
        }
    }
}
