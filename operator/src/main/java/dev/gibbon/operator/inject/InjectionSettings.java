package dev.gibbon.operator.inject;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the mesh gives every pod; from the chart.
 *
 * @param meshNamespace where the operator runs; never injected
 * @param version of this program, e.g. {@code 0.1.0}
 * @param image of sidecar and capture; has the programs {@code gibbon-sidecar} and {@code
 *     gibbon-capture} in its PATH
 * @param imagePullPolicy {@code Always}, {@code IfNotPresent} or {@code Never}
 * @param controlPlane host and port of the feed, e.g. {@code
 *     gibbon-operator.gibbon-system.svc:8005}
 * @param drain how long a stopping sidecar lets connections go on; null for its default
 * @param maxConnections at once, per sidecar; null for its default
 */
public record InjectionSettings(
        String meshNamespace,
        String version,
        String image,
        String imagePullPolicy,
        String controlPlane,
        LogLevel logLevel,
        SidecarResources resources,
        @Nullable Duration drain,
        @Nullable Integer maxConnections) {

    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern CONTROL_PLANE =
            Pattern.compile("[a-z0-9]([-a-z0-9.]{0,250}[a-z0-9])?:[0-9]{1,5}");
    private static final Pattern PRINTABLE = Pattern.compile("[!-~]{1,512}");
    private static final Pattern PULL_POLICY = Pattern.compile("Always|IfNotPresent|Never");

    /**
     * @throws IllegalArgumentException when a text has not the form of what it stands for
     */
    public InjectionSettings {
        require("meshNamespace", NAMESPACE, meshNamespace, "a name of a namespace");
        require("version", PRINTABLE, version, "a version");
        require("image", PRINTABLE, image, "a reference of an image");
        require("imagePullPolicy", PULL_POLICY, imagePullPolicy, "Always, IfNotPresent or Never");
        require("controlPlane", CONTROL_PLANE, controlPlane, "<host>:<port>");
        if (maxConnections != null && maxConnections < 1) {
            throw new IllegalArgumentException(
                    "maxConnections: " + maxConnections + " (expected: 1 or more)");
        }
    }

    private static void require(String field, Pattern form, String text, String expected) {
        if (!form.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    field + ": " + Quoted.of(text) + " (expected: " + expected + ")");
        }
    }

    /** What a pod without annotations gets. */
    SidecarOptions defaultOptions() {
        return SidecarOptions.defaults(logLevel, resources);
    }
}
