package dev.gibbon.cli.system;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The same with sizes that take a while. */
@Tag("netns")
@Tag("slow")
final class ExactBytesAtLengthTest {
    @RegisterExtension
    static final TestMesh MESH =
            TestMesh.declared()
                    .withSidecars("GIBBON_OPTS", "-Dio.netty.leakDetection.level=simple");

    @Test
    void oneGibibyteInEachDirectionIsExact() throws Exception {
        ExactBytes.bothDirections(TestMesh.TCP, 1024L * 1024 * 1024);
    }

    @Test
    void tenThousandConnectionsAreExact() throws Exception {
        ExactBytes.shortConnections(10_000);
    }
}
