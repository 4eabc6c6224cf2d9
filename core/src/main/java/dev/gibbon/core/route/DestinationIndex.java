package dev.gibbon.core.route;

import com.google.re2j.Pattern;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.rule.AddressBlock;
import dev.gibbon.core.rule.HttpRule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rules by the destination that they ask for. Destinations of one {@link EndShape} are one hash
 * table, so the time depends on how many shapes there are: mostly one, an address and port.
 * Immutable.
 */
final class DestinationIndex {
    private final List<Table> tables;
    private final HostIndex any;

    private DestinationIndex(List<Table> tables, HostIndex any) {
        this.tables = List.copyOf(tables);
        this.any = any;
    }

    private record Table(EndShape shape, Map<End, HostIndex> hosts, int least) {
        @Nullable HostIndex find(IpPort destination) {
            return shape.suits(destination) ? hosts.get(End.of(shape, destination)) : null;
        }
    }

    /**
     * @param rules in order
     * @throws com.google.re2j.PatternSyntaxException when a path is not RE2 syntax
     */
    static DestinationIndex of(List<HttpRule> rules) {
        Map<String, Pattern> patterns = new HashMap<>();
        HostIndex.Builder any = new HostIndex.Builder(patterns);
        Map<EndShape, Map<End, HostIndex.Builder>> shapes = new LinkedHashMap<>();
        for (int place = 0; place < rules.size(); place++) {
            HttpRule rule = rules.get(place);
            AddressBlock destination = rule.destination();
            if (destination == null) {
                any.add(place, rule);
            } else {
                shapes.computeIfAbsent(EndShape.of(destination), _ -> new HashMap<>())
                        .computeIfAbsent(End.of(destination), _ -> new HostIndex.Builder(patterns))
                        .add(place, rule);
            }
        }
        List<Table> tables = new ArrayList<>();
        shapes.forEach((shape, ends) -> {
            Map<End, HostIndex> hosts = HashMap.newHashMap(ends.size());
            int least = MethodTable.NONE;
            for (Map.Entry<End, HostIndex.Builder> end : ends.entrySet()) {
                HostIndex index = end.getValue().build();
                hosts.put(end.getKey(), index);
                least = Math.min(least, index.least());
            }
            tables.add(new Table(shape, hosts, least));
        });
        tables.sort(Comparator.comparingInt(Table::least));
        return new DestinationIndex(tables, any.build());
    }

    PathIndex.Found find(HttpKey request) {
        PathIndex.Found found = PathIndex.Found.NOTHING;
        IpPort destination = request.destination();
        if (destination != null) {
            for (Table table : tables) {
                if (table.least >= found.place()) {
                    break;
                }
                HostIndex hosts = table.find(destination);
                found = hosts == null ? found : hosts.find(request, found);
            }
        }
        return any.least() >= found.place() ? found : any.find(request, found);
    }
}
