package dev.gibbon.cli.system;

import org.junit.jupiter.api.extension.RegisterExtension;

/** With the sidecars as the tutorial types them: tcp stays plain. */
final class ServerFirstAsTypedTest extends ServerFirstContract {
    @RegisterExtension static final TestMesh MESH = TestMesh.asTyped();

    @Override
    TestMesh mesh() {
        return MESH;
    }
}
