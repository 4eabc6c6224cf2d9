package dev.gibbon.bench;

import dev.gibbon.core.route.HttpKey;
import dev.gibbon.core.route.HttpMatch;
import dev.gibbon.core.route.HttpRouter;
import dev.gibbon.core.route.StreamRouter;
import dev.gibbon.core.route.StreamSelection;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * How long selecting a rule takes, by the number of Routes. Run it with {@code java -cp <bench
 * classes and dependencies> dev.gibbon.bench.RouterBenchmark}; it takes about half a minute and
 * prints nanoseconds for one selection.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RouterBenchmark {
    private static final int ITERATIONS = 3;

    /** How many Routes there are. */
    @Param({"10", "1000", "10000"})
    public int routes = 10;

    private HttpRouter http = HttpRouter.of(List.of());
    private StreamRouter streams = StreamRouter.of(List.of());
    private HttpRouter mesh = HttpRouter.of(List.of());
    private List<HttpKey> requests = List.of();
    private List<HttpKey> meshRequests = List.of();
    private List<RouteMix.Connection> connections = List.of();
    private int next;

    /** Compiles the Routes and makes the traffic. */
    @Setup
    public void compile() {
        RouteMix mix = new RouteMix(routes);
        http = mix.httpRouter();
        streams = mix.streamRouter();
        requests = mix.requests();
        mesh = mix.meshRouter();
        meshRequests = mix.meshRequests();
        connections = mix.connections();
    }

    /** One request; there is a power of two of them. */
    @Benchmark
    public Optional<HttpMatch> http() {
        return http.select(requests.get(next++ & (requests.size() - 1)));
    }

    /** One request to a Kubernetes Service, by destination and header. */
    @Benchmark
    public Optional<HttpMatch> mesh() {
        return mesh.select(meshRequests.get(next++ & (meshRequests.size() - 1)));
    }

    /** One connection. */
    @Benchmark
    public StreamSelection stream() {
        RouteMix.Connection connection = connections.get(next++ & (connections.size() - 1));
        return streams.select(connection.source(), connection.destination(), connection.bytes());
    }

    /** Measures in one fork and prints a table. */
    public static void main(String[] args) throws RunnerException {
        Options options =
                new OptionsBuilder()
                        .include(RouterBenchmark.class.getSimpleName())
                        .forks(1)
                        .warmupIterations(ITERATIONS)
                        .warmupTime(TimeValue.seconds(1))
                        .measurementIterations(ITERATIONS)
                        .measurementTime(TimeValue.seconds(1))
                        .verbosity(VerboseMode.SILENT)
                        .build();
        Collection<RunResult> results = new Runner(options).run();
        System.out.printf("%-8s %8s %12s %12s%n", "router", "routes", "ns/select", "+/- ns");
        for (RunResult result : results) {
            System.out.printf(
                    "%-8s %8s %12.0f %12.0f%n",
                    result.getPrimaryResult().getLabel(),
                    result.getParams().getParam("routes"),
                    result.getPrimaryResult().getScore(),
                    result.getPrimaryResult().getScoreError());
        }
    }
}
