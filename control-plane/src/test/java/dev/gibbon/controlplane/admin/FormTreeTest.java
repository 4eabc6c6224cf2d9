package dev.gibbon.controlplane.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.core.schema.EntitySchema;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullMarked
class FormTreeTest {

    /** The document of a form, as JSON, typed as a Route's or a Service's. */
    private static String routeOf(String form) {
        return json(
                FormTree.document(
                        UrlEncoded.read(form).orElseThrow(), EntitySchema.ROUTES.fields()));
    }

    private static String json(Map<String, @Nullable Object> document) {
        return new String(Json.write(document), java.nio.charset.StandardCharsets.UTF_8)
                .replace('"', '\'');
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "name=web | {'name':'web'}",
                "name=a%20b%2Bc+d | {'name':'a b+c d'}",
                "name= | {'name':null}",
                "name | {'name':null}",
                "hosts=127.0.0.5 | {'hosts':['127.0.0.5']}",
                "hosts=a,b | {'hosts':['a,b']}",
                "hosts= | {'hosts':null}",
                "hosts=a&hosts=b | {'hosts':['a','b']}",
                "hosts[]=a&hosts[]=b | {'hosts':['a','b']}",
                "hosts[2]=b&hosts[1]=a | {'hosts':['a','b']}",
                "hosts[7]=b | {'hosts':['b']}",
                "hosts[2]=b&hosts=c&hosts[1]=a | {'hosts':['a','b','c']}",
                "hosts%5B1%5D=a | {'hosts':['a']}",
                "service.id=x | {'service':{'id':'x'}}",
                "service=x | {'service':'x'}",
                "regex_priority=-3 | {'regex_priority':-3}",
                "regex_priority=1.5 | {'regex_priority':1.5}",
                "regex_priority=ten | {'regex_priority':'ten'}",
                "regex_priority=1&regex_priority=2 | {'regex_priority':[1,2]}",
                "strip_path=true&preserve_host=false | {'strip_path':true,'preserve_host':false}",
                "strip_path=yes | {'strip_path':'yes'}",
                "destinations[1].ip=127.0.0.5&destinations[1].port=19000"
                        + " | {'destinations':[{'ip':'127.0.0.5','port':19000}]}",
                "destinations[2].ip=b&destinations[1].port=1&destinations[2].port=2"
                        + " | {'destinations':[{'port':1},{'ip':'b','port':2}]}",
                "destinations[].port=1&destinations[].port=2"
                        + " | {'destinations':[{'port':1},{'port':2}]}",
                "destinations.port=1 | {'destinations':[{'port':1}]}",
                "destinations[1].ip= | {'destinations':[{'ip':null}]}",
                "unknown.a=1 | {'unknown':{'a':'1'}}",
                "a[0]=x | {'a[0]':'x'}",
                "a[=x | {'a[':'x'}",
                "a..b=x | {'a..b':'x'}",
                "&&name=web& | {'name':'web'}",
                "name=%zz | {'name':'%zz'}",
            })
    void argumentsAreMergedAndTypedByTheSchema(String form, String document) {
        assertThat(routeOf(form)).isEqualTo(document);
    }

    @Test
    void aNameIsOnlyTakenApartSoFar() {
        String name = "a" + ".b".repeat(100_000);

        assertThat(routeOf(name + "=x")).isEqualTo("{'" + name + "':'x'}");
    }

    @Test
    void atMostAHundredArgumentsAreRead() {
        assertThat(UrlEncoded.read("a=1&".repeat(100))).isPresent();
        assertThat(UrlEncoded.read("a=1&".repeat(101))).isEmpty();
    }
}
