package dev.gibbon.core.schema;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathRegexTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/users/(\\d+)/(?P<name>[^/]{1,64})$",
                "/a{1000}",
                "/(?i)\\p{L}{1000}",
                "/[{][1-9]{3}[]](x|y)*",
                "/\\Q((((a{1000}\\E",
                "/(?i)x[[:alpha:]]{2,}\\.html",
                "/((a{10}){10}){10}",
            })
    void ordinaryExpressionsAreTaken(String regex) {
        assertThat(PathRegex.check(regex)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/(((a{1000}){1000}){1000})",
                "/(a{1000}){1000}",
                "/((?:[a-z]{500}x){5,30})+",
                "/(([)]{100}){100}){100}",
                "/((\\){100}){100}){100}",
                "/(\\Q)\\E{1000}){1000}",
                "/((((((a{9}){9}){9}){9}){9}){9}){9}",
            })
    @Timeout(5)
    void expressionsThatWouldFillTheMemoryAreRefusedBeforeTheyAreCompiled(String regex) {
        assertThat(PathRegex.check(regex))
                .isEqualTo(
                        "invalid regex: '"
                                + regex
                                + "' (RE2 returned: repetitions multiply to more than 2000"
                                + " steps)");
    }

    @Test
    void longExpressionsAreRefused() {
        assertThat(PathRegex.check("/(" + "a".repeat(1022) + ")"))
                .isEqualTo("regex of 1025 characters (expected: at most 1024)");
        assertThat(PathRegex.check("/(" + "a".repeat(1021) + ")")).isNull();
    }

    @Test
    void deepExpressionsDoNotExhaustTheStack() {
        assertThat(PathRegex.check("/" + "(".repeat(511) + ")".repeat(511))).isNull();
    }
}
