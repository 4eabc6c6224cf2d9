package dev.gibbon.controlplane.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.controlplane.store.Configuration;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Admin API over HTTP, compared with whole bodies. */
@NullMarked
class AdminHttpTest {
    private static final String ONE = "00000000-0000-0000-0000-000000000001";
    private static final String NONE = "ffffffff-0000-0000-0000-00000000ffff";

    @SuppressWarnings("NullAway.Init") // set before each test
    private LiveAdmin admin;

    @BeforeEach
    void start() throws Exception {
        admin =
                new LiveAdmin(
                        new Endpoint(
                                "GET",
                                "/metrics",
                                request -> AdminResponse.text(200, "text/plain", "up 1\n")),
                        new Endpoint(
                                "POST",
                                "/tokens",
                                request -> AdminResponse.json(201, Map.of("token", "t"))),
                        new Endpoint(
                                "GET",
                                "/thread",
                                request ->
                                        AdminResponse.text(
                                                200,
                                                "text/plain",
                                                "virtual: " + Thread.currentThread().isVirtual())),
                        new Endpoint(
                                "GET",
                                "/broken",
                                request -> {
                                    throw new IllegalStateException("on purpose");
                                }));
    }

    @AfterEach
    void stop() {
        admin.close();
    }

    private HttpResponse<String> json(String method, String path, String body) throws Exception {
        return admin.call(method, path, LiveAdmin.JSON, body.replace('\'', '"'));
    }

    private static String show(HttpResponse<String> answer) {
        return (answer.statusCode() + " " + answer.body().replace('"', '\'')).strip();
    }

    private static String service(String id, String name, int created, int updated) {
        return "{'id':'%s','created_at':%d,'updated_at':%d,'name':%s,'retries':5,'protocol':'http','host':'h','port':80,'path':null,'connect_timeout':60000,'write_timeout':60000,'read_timeout':60000,'tls_verify':null,'tags':null}"
                .formatted(id, created, updated, name);
    }

    @Test
    void aServiceLivesFromPostToDelete() throws Exception {
        assertThat(show(json("POST", "/services", "{'name':'web','host':'h'}")))
                .isEqualTo("201 " + service(ONE, "'web'", 1500000000, 1500000000));
        assertThat(show(admin.call("GET", "/services/web")))
                .isEqualTo("200 " + service(ONE, "'web'", 1500000000, 1500000000));
        admin.seconds.addAndGet(10);
        assertThat(show(json("PATCH", "/services/" + ONE, "{'name':null}")))
                .isEqualTo("200 " + service(ONE, "null", 1500000000, 1500000010));
        assertThat(show(admin.call("DELETE", "/services/" + ONE))).isEqualTo("204");
        assertThat(show(admin.call("GET", "/services/" + ONE)))
                .isEqualTo("404 {'message':'Not found'}");
        assertThat(show(admin.call("DELETE", "/services/" + ONE))).isEqualTo("204");
        assertThat(show(admin.call("GET", "/services"))).isEqualTo("200 {'data':[],'next':null}");
    }

    @Test
    void eachEditLeavesALineAndReadingLeavesNone() throws Exception {
        json("POST", "/services?token=hush", "{'name':'web','host':'h'}");
        json("PATCH", "/services/web", "{'port':-1}");
        admin.call("GET", "/services/web");
        admin.call("HEAD", "/services/web");
        admin.call("OPTIONS", "/services/web");
        admin.call("DELETE", "/services/w%65b");

        assertThat(admin.edits)
                .map(line -> line.replaceFirst("\"client\":\"127.0.0.1:[0-9]+\"", "CLIENT"))
                .containsExactly(
                        "{\"time\":\"2017-07-14T02:40:00Z\",\"protocol\":\"admin\",CLIENT,"
                                + "\"method\":\"POST\",\"path\":\"/services\",\"status\":201,"
                                + "\"id\":\""
                                + ONE
                                + "\"}",
                        "{\"time\":\"2017-07-14T02:40:00Z\",\"protocol\":\"admin\",CLIENT,"
                                + "\"method\":\"PATCH\",\"path\":\"/services/web\",\"status\":400}",
                        "{\"time\":\"2017-07-14T02:40:00Z\",\"protocol\":\"admin\",CLIENT,"
                                + "\"method\":\"DELETE\",\"path\":\"/services/w%65b\","
                                + "\"status\":204}");
    }

    @Test
    void putReplacesAndKeepsIdAndCreation() throws Exception {
        json("PUT", "/services/web", "{'host':'other','retries':1,'tags':['a']}");
        admin.seconds.addAndGet(10);

        assertThat(show(json("PUT", "/services/web", "{'host':'h'}")))
                .isEqualTo("200 " + service(ONE, "'web'", 1500000000, 1500000010));
        assertThat(show(json("PUT", "/services/" + NONE, "{'host':'h','id':'" + ONE + "'}")))
                .isEqualTo("200 " + service(NONE, "null", 1500000010, 1500000010));
    }

    @Test
    void putByNameNeverTakesAnotherEntityOver() throws Exception {
        json("PUT", "/services/web", "{'host':'h'}");

        assertThat(show(json("PUT", "/services/new", "{'host':'h','id':'" + ONE + "'}")))
                .isEqualTo(
                        "400 {'code':3,'name':'primary key violation','message':'primary key"
                                + " violation on key '{id=\\'"
                                + ONE
                                + "\\'}'','fields':{'id':'"
                                + ONE
                                + "'}}");
        assertThat(show(json("PUT", "/services/web", "{'host':'h','id':'" + NONE + "'}")))
                .startsWith("400 {'code':2,'name':'schema violation'")
                .contains("id: cannot be changed");
        assertThat(show(json("PATCH", "/services/web", "{'id':'" + NONE + "'}")))
                .contains("id: cannot be changed");
        assertThat(admin.store.configuration().services()).hasSize(1);
    }

    @Test
    void patchMergesAndChecksTheWhole() throws Exception {
        json("PUT", "/services/web", "{'url':'http://h:81/path'}");

        assertThat(show(json("PATCH", "/services/web", "{'protocol':'tcp'}")))
                .isEqualTo(
                        "400 {'code':2,'name':'schema violation','message':'2 schema violations"
                                + " (failed conditional validation given value of field 'protocol';"
                                + " path: value must be null)','fields':{'@entity':['failed conditional"
                                + " validation given value of field 'protocol''],'path':'value must be"
                                + " null'}}");
        assertThat(json("PATCH", "/services/web", "{'protocol':'tcp','path':null}").body())
                .contains("\"protocol\":\"tcp\"", "\"port\":81", "\"path\":null");
        assertThat(
                        admin.call("PATCH", "/services/web", LiveAdmin.FORM, "url=https://i&path=")
                                .body())
                .contains(
                        "\"protocol\":\"https\"",
                        "\"host\":\"i\"",
                        "\"port\":443",
                        "\"path\":null");
    }

    @Test
    void errorsHaveKongsBodies() throws Exception {
        json("PUT", "/services/web", "{'host':'h'}");
        json("POST", "/services/web/routes", "{'hosts':['a'],'name':'front'}");

        assertThat(show(json("POST", "/services", "{}")))
                .isEqualTo(
                        "400 {'code':2,'name':'schema violation','message':'schema violation (host:"
                                + " required field missing)','fields':{'host':'required field"
                                + " missing'}}");
        assertThat(show(json("POST", "/services", "{'host':'h','name':'web'}")))
                .isEqualTo(
                        "409 {'code':5,'name':'unique constraint violation','message':'UNIQUE"
                                + " violation detected on '{name=\\'web\\'}'','fields':{'name':'web'}}");
        assertThat(show(json("POST", "/routes", "{'hosts':['a'],'service':{'id':'" + NONE + "'}}")))
                .isEqualTo(
                        "400 {'code':4,'name':'foreign key violation','message':'the foreign key"
                                + " '{id=\\'"
                                + NONE
                                + "\\'}' does not reference an existing 'services'"
                                + " entity.','fields':{'service':{'id':'"
                                + NONE
                                + "'}}}");
        assertThat(show(admin.call("DELETE", "/services/web")))
                .isEqualTo(
                        "400 {'code':4,'name':'foreign key violation','message':'an existing"
                                + " 'routes' entity references this 'services'"
                                + " entity','fields':{'@referenced_by':'routes'}}");
        assertThat(show(json("PATCH", "/services/" + NONE, "{}")))
                .isEqualTo(
                        "404 {'code':6,'name':'not found','message':'could not find the entity with"
                                + " primary key '{id=\\'"
                                + NONE
                                + "\\'}'','fields':{'id':'"
                                + NONE
                                + "'}}");
        assertThat(show(json("PATCH", "/routes/none", "{}")))
                .isEqualTo(
                        "404 {'code':6,'name':'not found','message':'could not find the entity with"
                                + " '{name=\\'none\\'}'','fields':{'name':'none'}}");
        assertThat(show(admin.call("GET", "/services/a%20b")))
                .isEqualTo(
                        "400 {'code':10,'name':'invalid unique name','message':'invalid value 'a"
                                + " b': it must only contain alphanumeric and '., -, _, ~'"
                                + " characters'}");
        assertThat(show(json("POST", "/services/web/routes", "{'protocols':['http','ws']}")))
                .isEqualTo(
                        "400 {'code':2,'name':'schema violation','message':'schema violation"
                                + " (protocols.2: expected one of: http, https, tcp,"
                                + " tls)','fields':{'protocols':[null,'expected one of: http, https,"
                                + " tcp, tls']}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "POST | /services | {'host':'h','name':'web'}",
                "POST | /services | {'host':'h','port':-1}",
                "POST | /services | {'host':",
                "PUT | /services/web | {'port':1}",
                "PUT | /services/front | {'host':'h','id':'" + ONE + "'}",
                "PATCH | /services/web | {'port':'x'}",
                "PATCH | /services/web | {'color':'red'}",
                "DELETE | /services/web | ",
                "POST | /routes | {}",
                "POST | /services/web/routes | {'hosts':['a'],'name':'front'}",
                "PATCH | /routes/front | {'service':{'id':'" + NONE + "'}}",
                "PATCH | /routes/front/service | {'host':''}",
                "DELETE | /routes/front/service | ",
            })
    void aRejectedEditChangesNothing(String method, String path, String body) throws Exception {
        json("PUT", "/services/web", "{'host':'h'}");
        json("POST", "/services/web/routes", "{'hosts':['a'],'name':'front'}");
        Configuration before = admin.store.configuration();
        admin.seconds.addAndGet(10);

        HttpResponse<String> answer = json(method, path, body == null ? "" : body);

        assertThat(answer.statusCode()).isBetween(400, 409);
        assertThat(admin.store.configuration()).isEqualTo(before);
    }

    @Test
    void oneOfManyWhoWantANameGetsIt() throws Exception {
        List<Future<Integer>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                answers.add(
                        threads.submit(() ->
                                json("POST", "/services", "{'name':'web','host':'h'}")
                                        .statusCode()));
            }
        }

        assertThat(answers.stream().map(Future::resultNow))
                .hasSize(20)
                .containsOnlyOnce(201)
                .containsOnly(201, 409);
        assertThat(admin.store.configuration().services()).hasSize(1);
    }

    @Test
    void routesAreNestedUnderServicesAndTheOtherWayRound() throws Exception {
        json("PUT", "/services/web", "{'host':'h'}");
        json("PUT", "/services/other", "{'host':'h'}");
        json(
                "POST",
                "/services/web/routes",
                "{'name':'front','hosts':['a'],'service':{'id':'" + NONE + "'}}");
        json("POST", "/routes", "{'name':'alone','hosts':['b']}");

        assertThat(admin.call("GET", "/services/web/routes").body())
                .contains("\"front\"", "\"service\":{\"id\":\"" + ONE + "\"}");
        assertThat(show(admin.call("GET", "/services/other/routes?tags=a")))
                .isEqualTo("200 {'data':[],'next':null}");
        assertThat(show(admin.call("GET", "/routes/front/service")))
                .isEqualTo("200 " + service(ONE, "'web'", 1500000000, 1500000000));
        assertThat(json("PATCH", "/routes/front/service", "{'retries':1}").body())
                .contains("\"retries\":1", "\"name\":\"web\"");
        assertThat(json("PUT", "/routes/front/service", "{'host':'i'}").body())
                .contains("\"retries\":5", "\"id\":\"" + ONE + "\"", "\"name\":null");
        assertThat(admin.call("DELETE", "/routes/front/service").statusCode()).isEqualTo(405);
        assertThat(admin.call("DELETE", "/routes/alone/service").statusCode()).isEqualTo(404);
        assertThat(admin.call("GET", "/routes/alone/service").statusCode()).isEqualTo(404);
        assertThat(json("PUT", "/routes/alone/service", "{'host':'i'}").statusCode())
                .isEqualTo(404);
        assertThat(json("POST", "/services/none/routes", "{}").statusCode()).isEqualTo(404);
    }

    @Test
    void listingsComeInPages() throws Exception {
        for (int i = 1; i <= 5; i++) {
            json("POST", "/services", "{'host':'h','tags':['odd" + i % 2 + "','all']}");
        }

        String offset = "MDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAy";
        assertThat(admin.call("GET", "/services?size=2").body())
                .endsWith(
                        "\"next\":\"/services?offset="
                                + offset
                                + "\",\"offset\":\""
                                + offset
                                + "\"}")
                .contains("0000001\"", "0000002\"")
                .doesNotContain("0000003\"");
        assertThat(admin.call("GET", "/services?size=3&offset=" + offset).body())
                .endsWith("\"next\":null}")
                .contains("0000003\"", "0000004\"", "0000005\"")
                .doesNotContain("0000002\"");
        assertThat(admin.call("GET", "/services?tags=odd1,all&size=2").body())
                .contains("0000001\"", "0000003\"", "&tags=odd1%2Call\"")
                .doesNotContain("0000002\"");
        assertThat(admin.call("GET", "/services?tags=odd0/none&unknown=x").body())
                .contains("0000002\"", "0000004\"")
                .doesNotContain("0000001\"");
        assertThat(show(admin.call("GET", "/tags/odd0")))
                .isEqualTo(
                        "200 {'data':[{'tag':'odd0','entity_name':'services','entity_id':'00000000-0000-0000-0000-000000000002'},{'tag':'odd0','entity_name':'services','entity_id':'00000000-0000-0000-0000-000000000004'}],'next':null}");
        assertThat(admin.call("GET", "/tags?size=3").body())
                .contains("\"next\":\"/tags?offset=" + offset + "\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "size=x | {'code':9,'name':'invalid size','message':'size must be a number'}",
                "size=0 | {'code':9,'name':'invalid size','message':'size must be an integer"
                        + " between 1 and 1000'}",
                "size=1001 | {'code':9,'name':'invalid size','message':'size must be an integer"
                        + " between 1 and 1000'}",
                "size=1.5 | {'code':9,'name':'invalid size','message':'size must be an integer"
                        + " between 1 and 1000'}",
                "offset=x | {'code':7,'name':'invalid offset','message':''x' is not a valid offset:"
                        + " bad base64 encoding'}",
                "tags=a,b/c | {'code':11,'name':'invalid options','message':'invalid option (tags:"
                        + " invalid filter syntax)','options':{'tags':'invalid filter syntax'}}",
                "tags=1,2,3,4,5,6 | {'code':11,'name':'invalid options','message':'invalid option"
                        + " (tags: invalid filter syntax)','options':{'tags':'invalid filter"
                        + " syntax'}}",
            })
    void wrongListingsAreRefused(String query, String body) throws Exception {
        assertThat(show(admin.call("GET", "/services?" + query))).isEqualTo("400 " + body);
    }

    @Test
    void theNodeTellsAboutItself() throws Exception {
        assertThat(show(admin.call("GET", "/")))
                .startsWith(
                        "200 {'version':'9.9.9','tagline':'Welcome to gibbon',"
                                + "'node_id':'00000000-0000-0000-0000-000000000abc','hostname':'here'")
                .contains("'pg_password':'******'", "'prefix':'/tmp/gibbon'")
                .endsWith("'plugins':{'available_on_server':{},'enabled_in_cluster':[]}}")
                .doesNotContain("hush", "lua_version");
    }

    @Test
    void statusCountsRequestsAndTellsWhetherTheStoreAnswers() throws Exception {
        admin.call("GET", "/");

        assertThat(show(admin.call("GET", "/status")))
                .isEqualTo(
                        "200 {'server':{'connections_accepted':1,'connections_handled':1,"
                                + "'connections_active':1,'connections_reading':0,"
                                + "'connections_writing':1,'connections_waiting':0,"
                                + "'total_requests':2},'database':{'reachable':true}}");
        admin.store.close();
        assertThat(admin.call("GET", "/status").body())
                .endsWith("\"database\":{\"reachable\":false}}");
        assertThat(show(json("POST", "/services", "{'host':'h'}")))
                .isEqualTo("500 {'message':'An unexpected error occurred'}");
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /",
        "DELETE, /status",
        "PUT, /services",
        "PATCH, /routes",
        "DELETE, /services",
        "POST, /services/web",
        "PUT, /services/web/routes",
        "POST, /routes/front/service",
        "POST, /tags",
        "POST, /metrics",
        "GET, /tokens",
        "TRACE, /services",
    })
    void otherMethodsAreNotAllowed(String method, String path) throws Exception {
        assertThat(show(admin.call(method, path)))
                .isEqualTo("405 {'message':'Method not allowed'}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nothing",
                "/plugins",
                "/consumers",
                "/certificates",
                "/upstreams",
                "/config",
                "/status/x",
                "/services/web/plugins",
                "/services/web/routes/front",
                "/routes/front/service/x",
                "/tags/a/b",
            })
    void otherPathsAreNotFound(String path) throws Exception {
        assertThat(show(admin.call("GET", path))).isEqualTo("404 {'message':'Not found'}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/services/", "/services/web/", "/status/", "/metrics/"})
    void aSlashAtTheEndIsIgnored(String path) throws Exception {
        json("PUT", "/services/web/", "{'host':'h'}");

        assertThat(admin.call("GET", path).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/services", "/services/x", "/nothing"})
    void optionsAreAnsweredAnywhere(String path) throws Exception {
        HttpResponse<String> answer = admin.call("OPTIONS", path);

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.headers().firstValue("Access-Control-Allow-Methods"))
                .contains("GET, HEAD, PUT, PATCH, POST, DELETE");
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
    }

    @Test
    void everyAnswerNamesTheServerAndItsType() throws Exception {
        for (HttpResponse<String> answer :
                List.of(
                        admin.call("GET", "/services"),
                        admin.call("GET", "/nothing"),
                        admin.call("POST", "/services"),
                        admin.call("HEAD", "/services"))) {
            assertThat(answer.headers().map())
                    .containsEntry("Server", List.of("gibbon/9.9.9"))
                    .containsEntry("Access-Control-Allow-Origin", List.of("*"))
                    .containsEntry("Content-Type", List.of("application/json; charset=utf-8"));
        }
        assertThat(admin.call("HEAD", "/services").body()).isEmpty();
        assertThat(admin.call("HEAD", "/services").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "text/plain, a=b, 415, Unsupported media type",
        "'', a=b, 415, Unsupported media type",
        "application/json, {, 400, 'Cannot parse JSON body (near line 1, column 2)'",
        "application/json, [], 400, Cannot parse JSON body (expected: an object)",
        "application/json, {} {}, 400, 'Cannot parse JSON body (near line 1, column 4)'",
        "application/json, '{\"host\":\"a\",\"host\":\"b\"}', 400, 'Cannot parse JSON body (near line 1, column 19)'",
        "application/json, '{\n  \"host\": a\n}', 400, 'Cannot parse JSON body (near line 2, column 13)'",
        "multipart/form-data; boundary=x, a, 400, Cannot parse multipart/form-data body",
    })
    void bodiesThatCannotBeReadAreRefused(String type, String body, int status, String message)
            throws Exception {
        for (String call : List.of("POST /services", "PUT /services/x", "POST /routes")) {
            String[] words = call.split(" ", 2);
            assertThat(show(admin.call(words[0], words[1], type, body)))
                    .isEqualTo(status + " {'message':'" + message + "'}");
        }
    }

    @Test
    void aDeepBodyIsRefused() throws Exception {
        assertThat(json("POST", "/services", "{'a':".repeat(50_000)).statusCode()).isEqualTo(400);
    }

    @Test
    void tooManyArgumentsAreRefused() throws Exception {
        assertThat(show(admin.call("POST", "/services", LiveAdmin.FORM, "a=b&".repeat(101))))
                .isEqualTo("400 {'message':'too many arguments (expected: at most 100)'}");
        assertThat(show(admin.call("GET", "/services?" + "a=b&".repeat(101))))
                .isEqualTo("400 {'message':'too many arguments (expected: at most 100)'}");
    }

    @Test
    void aBodyOverOneMebibyteIsRefused() throws Exception {
        assertThat(show(json("POST", "/services", " ".repeat((1 << 20) - 13) + "{'host':'h'}")))
                .startsWith("201 ");
        assertThat(show(json("POST", "/services", " ".repeat(1 << 20) + "{'host':'h'}")))
                .isEqualTo("413 {'message':'Payload too large'}");
    }

    @Test
    void multipartFormsAreFormsLikeOthers() throws Exception {
        String body =
                """
                --b\r
                Content-Disposition: form-data; name="name"\r
                \r
                front\r
                --b\r
                Content-Disposition: form-data; name="destinations[1].port"\r
                \r
                19000\r
                --b\r
                Content-Disposition: form-data; name="protocols"\r
                \r
                tcp\r
                --b--\r
                """;

        HttpResponse<String> answer =
                admin.call("POST", "/routes", "multipart/form-data; boundary=b", body);

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.body())
                .contains(
                        "\"name\":\"front\"",
                        "\"protocols\":[\"tcp\"]",
                        "\"destinations\":[{\"ip\":null,\"port\":19000}]");
    }

    @Test
    void otherPartsOfTheNodeAddEndpoints() throws Exception {
        assertThat(show(admin.call("GET", "/metrics"))).isEqualTo("200 up 1");
        assertThat(show(admin.call("POST", "/tokens"))).isEqualTo("201 {'token':'t'}");
        assertThat(show(admin.call("GET", "/broken")))
                .isEqualTo("500 {'message':'An unexpected error occurred'}");
    }

    @Test
    void requestsAreAnsweredByVirtualThreads() throws Exception {
        assertThat(admin.call("GET", "/thread").body()).isEqualTo("virtual: true");
    }

    @Test
    void aWebPageMayReadButNotWrite() throws Exception {
        HttpRequest.Builder write =
                admin.request("/services")
                        .header("Origin", "http://evil.example")
                        .header("Content-Type", LiveAdmin.FORM)
                        .POST(HttpRequest.BodyPublishers.ofString("host=h"));
        HttpRequest.Builder token =
                admin.request("/tokens")
                        .header("Origin", "null")
                        .POST(HttpRequest.BodyPublishers.noBody());
        HttpRequest.Builder read =
                admin.request("/services").header("Origin", "http://evil.example");

        assertThat(admin.send(write).statusCode()).isEqualTo(403);
        assertThat(admin.send(token).statusCode()).isEqualTo(403);
        assertThat(admin.send(read).statusCode()).isEqualTo(200);
        assertThat(admin.store.configuration().services()).isEmpty();
    }
}
