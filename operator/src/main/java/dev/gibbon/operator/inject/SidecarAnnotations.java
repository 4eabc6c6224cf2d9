package dev.gibbon.operator.inject;

import dev.gibbon.core.net.CidrBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the annotations of a pod that are the mesh's. What it returns are numbers, addresses and
 * words of closed sets: no text of the annotations survives.
 */
public final class SidecarAnnotations {
    public static final String EXCLUDE_INBOUND_PORTS = "gibbon.dev/exclude-inbound-ports";
    public static final String EXCLUDE_OUTBOUND_PORTS = "gibbon.dev/exclude-outbound-ports";
    public static final String EXCLUDE_OUTBOUND_CIDRS = "gibbon.dev/exclude-outbound-cidrs";
    public static final String LOG_LEVEL = "gibbon.dev/log-level";
    public static final String CPU_REQUEST = "gibbon.dev/sidecar-cpu-request";
    public static final String CPU_LIMIT = "gibbon.dev/sidecar-cpu-limit";
    public static final String MEMORY_REQUEST = "gibbon.dev/sidecar-memory-request";
    public static final String MEMORY_LIMIT = "gibbon.dev/sidecar-memory-limit";

    private static final Set<String> KNOWN =
            Set.of(
                    MeshNames.INJECT,
                    MeshNames.INJECTED,
                    EXCLUDE_INBOUND_PORTS,
                    EXCLUDE_OUTBOUND_PORTS,
                    EXCLUDE_OUTBOUND_CIDRS,
                    LOG_LEVEL,
                    CPU_REQUEST,
                    CPU_LIMIT,
                    MEMORY_REQUEST,
                    MEMORY_LIMIT);

    /** Entries of a list; more is a mistake, and would make the rules slow. */
    private static final int MAX_ENTRIES = 64;

    private static final int MAX_LENGTH = 2048;

    private static final String PORTS = "at most 64 ports or ranges, 1-65535, e.g. 9090,9100-9110";
    private static final String BLOCKS = "at most 64 addresses or blocks, e.g. 10.0.0.0/8,fd00::/8";
    private static final String CPU = "cores, e.g. 250m or 1.5";
    private static final String MEMORY = "bytes, e.g. 96Mi or 200M";

    private final Map<String, String> annotations;
    private final SidecarOptions defaults;

    private SidecarAnnotations(Map<String, String> annotations, SidecarOptions defaults) {
        this.annotations = annotations;
        this.defaults = defaults;
    }

    /**
     * The options that these annotations ask for.
     *
     * @param defaults for what they do not mention
     * @throws IllegalArgumentException when one cannot be used; the message names it, what was got
     *     and what was expected, in printable ASCII
     */
    public static SidecarOptions read(Map<String, String> annotations, SidecarOptions defaults) {
        return new SidecarAnnotations(annotations, defaults).options();
    }

    /** The names in our prefix that mean nothing: most likely misspelt. Sorted. */
    public static List<String> unknown(Map<String, String> annotations) {
        return annotations.keySet().stream()
                .filter(name -> name.startsWith(MeshNames.PREFIX) && !KNOWN.contains(name))
                .sorted()
                .toList();
    }

    private SidecarOptions options() {
        return new SidecarOptions(
                list(
                        EXCLUDE_INBOUND_PORTS,
                        PORTS,
                        PortRange::parse,
                        defaults.excludedInboundPorts()),
                list(
                        EXCLUDE_OUTBOUND_PORTS,
                        PORTS,
                        PortRange::parse,
                        defaults.excludedOutboundPorts()),
                list(
                        EXCLUDE_OUTBOUND_CIDRS,
                        BLOCKS,
                        CidrBlock::parse,
                        defaults.excludedOutboundBlocks()),
                one(LOG_LEVEL, "debug, info, warn or error", LogLevel::parse)
                        .orElse(defaults.logLevel()),
                resources());
    }

    /**
     * A request above the default limit raises it, and a limit below the default request lowers it.
     */
    private SidecarResources resources() {
        SidecarResources otherwise = defaults.resources();
        Optional<Quantity> cpuRequest = one(CPU_REQUEST, CPU, Quantity::cpu);
        Optional<Quantity> cpuLimit = one(CPU_LIMIT, CPU, Quantity::cpu);
        Optional<Quantity> memoryRequest = one(MEMORY_REQUEST, MEMORY, Quantity::memory);
        Optional<Quantity> memoryLimit = one(MEMORY_LIMIT, MEMORY, Quantity::memory);
        ordered(CPU_LIMIT, cpuRequest, cpuLimit);
        ordered(MEMORY_LIMIT, memoryRequest, memoryLimit);
        if (memoryLimit.isPresent()
                && memoryLimit.get().compareTo(SidecarResources.LEAST_MEMORY) < 0) {
            throw refused(
                    MEMORY_LIMIT,
                    memoryLimit.get().text(),
                    "at least " + SidecarResources.LEAST_MEMORY);
        }

        Quantity cpu = known(Quantity.cpu(otherwise.cpuRequest()));
        String defaultLimit = otherwise.cpuLimit();
        @Nullable Quantity limit =
                cpuLimit.orElse(defaultLimit == null ? null : known(Quantity.cpu(defaultLimit)));
        Quantity request = request(cpuRequest, cpu, limit);
        Quantity memory = known(Quantity.memory(otherwise.memoryRequest()));
        Quantity most = memoryLimit.orElse(known(Quantity.memory(otherwise.memoryLimit())));
        Quantity least = request(memoryRequest, memory, most);
        return new SidecarResources(
                request.text(),
                limit == null ? null : greater(limit, request).text(),
                least.text(),
                greater(most, least).text());
    }

    private static Quantity request(
            Optional<Quantity> asked, Quantity otherwise, @Nullable Quantity limit) {
        if (asked.isPresent()) {
            return asked.get();
        }
        return limit != null && limit.compareTo(otherwise) < 0 ? limit : otherwise;
    }

    private static Quantity greater(Quantity a, Quantity b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private static Quantity known(Optional<Quantity> checked) {
        return checked.orElseThrow(() -> new IllegalStateException("defaults are checked"));
    }

    private void ordered(String name, Optional<Quantity> request, Optional<Quantity> limit) {
        if (request.isPresent() && limit.isPresent() && limit.get().compareTo(request.get()) < 0) {
            throw refused(name, limit.get().text(), "not less than the request, " + request.get());
        }
    }

    private <T> List<T> list(
            String name, String expected, Function<String, Optional<T>> parse, List<T> otherwise) {
        String text = annotations.get(name);
        if (text == null) {
            return otherwise;
        }
        if (text.isBlank()) {
            return List.of();
        }
        String[] entries = text.length() > MAX_LENGTH ? new String[0] : text.split(",", -1);
        if (entries.length == 0 || entries.length > MAX_ENTRIES) {
            throw refused(name, text, expected);
        }
        List<T> parsed = new ArrayList<>();
        for (String entry : entries) {
            parsed.add(parse.apply(entry.strip()).orElseThrow(() -> refused(name, text, expected)));
        }
        return parsed.stream().distinct().toList();
    }

    private <T> Optional<T> one(String name, String expected, Function<String, Optional<T>> parse) {
        String text = annotations.get(name);
        if (text == null) {
            return Optional.empty();
        }
        Optional<T> parsed = parse.apply(text);
        if (parsed.isEmpty()) {
            throw refused(name, text, expected);
        }
        return parsed;
    }

    private static IllegalArgumentException refused(String name, String text, String expected) {
        return new IllegalArgumentException(
                name + ": " + Quoted.of(text) + " (expected: " + expected + ")");
    }
}
