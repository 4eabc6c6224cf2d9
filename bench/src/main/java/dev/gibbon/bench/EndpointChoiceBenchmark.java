package dev.gibbon.bench;

import dev.gibbon.core.destination.Destination;
import dev.gibbon.core.destination.Endpoint;
import dev.gibbon.core.destination.EndpointChoice;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * What choosing an endpoint costs, by the number of endpoints. Run it with {@code java -cp <bench
 * classes and dependencies> dev.gibbon.bench.EndpointChoiceBenchmark}; it takes half a minute and
 * prints nanoseconds and bytes for one choice with five to fall back on.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EndpointChoiceBenchmark {
    private static final int ITERATIONS = 3;
    private static final int WANTED = 6;

    /** How many endpoints there are. */
    @Param({"3", "100", "10000"})
    public int endpoints = 3;

    private final RandomGenerator random = new SplittableRandom(1);
    private EndpointChoice choice = EndpointChoice.of(new Destination("d", false, List.of()), null);

    /** Half of the endpoints are in the own zone. */
    @Setup
    public void prepare() {
        List<Endpoint> all =
                IntStream.range(0, endpoints)
                        .mapToObj(i ->
                                new Endpoint(
                                        new IpPort(IpAddress.of("10.0.0.1"), i + 1),
                                        null,
                                        i % 2 == 0 ? "a" : "b",
                                        false))
                        .toList();
        choice = EndpointChoice.of(new Destination("d", false, all), "a");
    }

    /** One connection or request. */
    @Benchmark
    public List<IpPort> order() {
        return choice.order(IpPort::port, random, WANTED);
    }

    /** Measures in one fork and prints a table. */
    public static void main(String[] args) throws RunnerException {
        System.out.printf("%9s %10s %10s%n", "endpoints", "ns/choice", "B/choice");
        for (RunResult result :
                new Runner(
                                new OptionsBuilder()
                                        .include(EndpointChoiceBenchmark.class.getSimpleName())
                                        .addProfiler(GCProfiler.class)
                                        .forks(1)
                                        .warmupIterations(ITERATIONS)
                                        .warmupTime(TimeValue.seconds(1))
                                        .measurementIterations(ITERATIONS)
                                        .measurementTime(TimeValue.seconds(1))
                                        .verbosity(VerboseMode.SILENT)
                                        .build())
                        .run()) {
            System.out.printf(
                    "%9s %10.0f %10.0f%n",
                    result.getParams().getParam("endpoints"),
                    result.getPrimaryResult().getScore(),
                    Objects.requireNonNull(result.getSecondaryResults().get("gc.alloc.rate.norm"))
                            .getScore());
        }
    }
}
