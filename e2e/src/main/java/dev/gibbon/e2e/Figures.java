package dev.gibbon.e2e;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What tests have measured: printed, and kept in {@code target/e2e/figures.json} of the checkout,
 * each with the time and with how busy the machine was. A test's figures replace those of its last
 * run.
 */
public final class Figures {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private final Path file;
    private final TestScale scale;

    Figures(TestScale scale) {
        this.file =
                Path.of(System.getProperty("gibbon.checkout", ".."))
                        .resolve("target/e2e/figures.json");
        this.scale = scale;
    }

    /**
     * Keeps what was measured.
     *
     * @param name of the whole
     * @param values by their names, which say the unit
     */
    public synchronized void add(String name, Map<String, ?> values) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        entry.put("full", scale.full());
        entry.put("processors", Runtime.getRuntime().availableProcessors());
        entry.put(
                "loadAverage", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        entry.put("values", values);
        StringBuilder table = new StringBuilder(name);
        values.forEach((key, value) -> table.append(String.format("%n  %-40s %s", key, value)));
        System.out.println(table);
        try {
            Files.createDirectories(file.getParent());
            Map<String, Object> all = new TreeMap<>();
            if (Files.exists(file)) {
                all.putAll(JSON.readValue(file.toFile(), OBJECT));
            }
            all.put(name, entry);
            JSON.writeValue(file.toFile(), all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
