package dev.gibbon.core.destination;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class EndpointChoiceTest {
    private final Random random = new Random(7);
    private final Map<IpPort, Integer> loads = new HashMap<>();

    private static IpPort at(int number) {
        return new IpPort(IpAddress.of("10.0.0." + number), 80);
    }

    private static Endpoint endpoint(int number, @Nullable String zone, boolean draining) {
        return new Endpoint(at(number), null, zone, draining);
    }

    private List<IpPort> order(@Nullable String zone, int most, Endpoint... endpoints) {
        return EndpointChoice.of(new Destination("d", false, List.of(endpoints)), zone)
                .order(address -> loads.getOrDefault(address, 0), random, most);
    }

    @Test
    void ownZoneComesFirstThenOthersThenThoseThatDrain() {
        for (int i = 0; i < 50; i++) {
            List<IpPort> order =
                    order(
                            "z1",
                            6,
                            endpoint(1, "z1", true),
                            endpoint(2, "z2", false),
                            endpoint(3, "z1", false),
                            endpoint(4, null, false),
                            endpoint(5, "z1", false));

            assertThat(order.subList(0, 2)).containsExactlyInAnyOrder(at(3), at(5));
            assertThat(order.subList(2, 4)).containsExactlyInAnyOrder(at(2), at(4));
            assertThat(order.getLast()).isEqualTo(at(1));
        }
    }

    @Test
    void zoneThatIsNotKnownIsNoZone() {
        List<IpPort> order = order(null, 2, endpoint(1, null, false), endpoint(2, "z", false));

        assertThat(order).containsExactlyInAnyOrder(at(1), at(2));
    }

    @Test
    void noMoreThanWantedAndNoneTwice() {
        Endpoint[] many =
                IntStream.range(1, 100)
                        .mapToObj(number -> endpoint(number, null, false))
                        .toArray(Endpoint[]::new);

        assertThat(order(null, 6, many)).hasSize(6).doesNotHaveDuplicates();
        assertThat(order(null, 6)).isEmpty();
    }

    @Test
    void eachIsAsLikelyAsAnyOtherAtEachPlace() {
        int[][] counts = new int[4][4];
        Endpoint[] four =
                IntStream.range(0, 4)
                        .mapToObj(number -> endpoint(number, null, false))
                        .toArray(Endpoint[]::new);

        for (int i = 0; i < 8000; i++) {
            List<IpPort> order = order(null, 4, four);
            assertThat(order).doesNotHaveDuplicates().hasSize(4);
            for (int place = 0; place < 4; place++) {
                counts[place][order.get(place).ip().toInetAddress().getAddress()[3]]++;
            }
        }

        for (int[] ofPlace : counts) {
            assertThat(IntStream.of(ofPlace).min().orElseThrow()).isGreaterThan(1800);
        }
    }

    /** It is asked for each request, and a destination may have thousands of endpoints. */
    @Test
    void askingAllocatesNoMoreForManyEndpointsThanForFew() {
        long few = allocated(10);
        long many = allocated(10_000);

        assertThat(many).isLessThan(few + 100).isLessThan(300);
    }

    /** Bytes a call. */
    private static long allocated(int endpoints) {
        List<Endpoint> all =
                IntStream.range(0, endpoints)
                        .mapToObj(i ->
                                new Endpoint(
                                        new IpPort(IpAddress.of("10.0.0.1"), i + 1),
                                        null,
                                        null,
                                        false))
                        .toList();
        EndpointChoice choice = EndpointChoice.of(new Destination("d", false, all), "z");
        SplittableRandom random = new SplittableRandom(3);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int calls = 10_000;
        int found = 0;
        for (int i = 0; i < calls; i++) {
            found += choice.order(_ -> 0, random, 6).size();
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < calls; i++) {
            found += choice.order(_ -> 0, random, 6).size();
        }
        long after = threads.getCurrentThreadAllocatedBytes();
        assertThat(found).isEqualTo(2 * calls * 6);
        return (after - before) / calls;
    }

    @Test
    void ofTwoTheLessLoadedIsFirst() {
        loads.put(at(1), 3);
        loads.put(at(2), 2);

        for (int i = 0; i < 50; i++) {
            assertThat(order(null, 1, endpoint(1, null, false), endpoint(2, null, false)))
                    .containsExactly(at(2));
        }
    }

    /** One choice at random would leave some with 20 more than others. */
    @Test
    void loadStaysLevel() {
        Endpoint[] ten =
                IntStream.rangeClosed(1, 10)
                        .mapToObj(number -> endpoint(number, null, false))
                        .toArray(Endpoint[]::new);

        for (int i = 0; i < 1000; i++) {
            loads.merge(order(null, 1, ten).getFirst(), 1, Integer::sum);
        }

        assertThat(loads.values())
                .hasSize(10)
                .allSatisfy(load -> assertThat(load).isBetween(96, 104));
    }
}
