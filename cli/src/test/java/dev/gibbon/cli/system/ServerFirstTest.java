package dev.gibbon.cli.system;

import org.junit.jupiter.api.extension.RegisterExtension;

/** With mutual TLS between the sidecars. */
final class ServerFirstTest extends ServerFirstContract {
    @RegisterExtension static final TestMesh MESH = TestMesh.declared();

    @Override
    TestMesh mesh() {
        return MESH;
    }
}
