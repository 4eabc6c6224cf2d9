package dev.gibbon.e2e;

import java.util.Optional;

/**
 * Names of images as pods have to name them. On a cluster that has them from elsewhere than {@code
 * ./dev images --load}, the environment's {@code GIBBON_TEST_IMAGES} says what replaces {@code
 * gibbon.dev}.
 */
public final class TestImages {
    private TestImages() {}

    /** Servers and clients for tests: {@code serve}, curl, ncat, openssl, Python. */
    public static String applications() {
        return repository() + "/test-apps:dev";
    }

    /** The sidecar, which is also the init container. */
    public static String sidecar() {
        return repository() + "/gibbon-sidecar:" + version();
    }

    /** The operator. */
    public static String operator() {
        return repository() + "/gibbon-operator:" + version();
    }

    /** What the names of all images begin with. */
    static String repository() {
        return Optional.ofNullable(System.getenv("GIBBON_TEST_IMAGES")).orElse("gibbon.dev");
    }

    private static String version() {
        return System.getProperty("gibbon.version", "dev");
    }
}
