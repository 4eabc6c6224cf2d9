package dev.gibbon.cli.node;

import dev.gibbon.cli.daemon.Prefix;
import dev.gibbon.cli.log.AsyncLineWriter;
import dev.gibbon.cli.log.FileLog;
import dev.gibbon.controlplane.log.LibraryMessages;
import dev.gibbon.core.log.Log;
import dev.gibbon.core.setting.NodeSettings;
import java.io.IOException;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Set;
import java.util.function.Consumer;

/** The two files under {@code logs}: what the node says, and a line for each connection. */
final class NodeLogs implements AutoCloseable {
    private final AsyncLineWriter error;
    private final AsyncLineWriter access;
    private final Log log;

    private NodeLogs(AsyncLineWriter error, AsyncLineWriter access, Log log) {
        this.error = error;
        this.access = access;
        this.log = log;
    }

    static NodeLogs open(Prefix prefix, NodeSettings settings) throws IOException {
        InstantSource clock = InstantSource.system();
        ZoneId zone = ZoneId.systemDefault();
        AsyncLineWriter error =
                AsyncLineWriter.open(
                        prefix.errorLog(),
                        AsyncLineWriter.DEFAULT_CAPACITY,
                        count -> FileLog.droppedLine(clock, zone, count));
        AsyncLineWriter access =
                AsyncLineWriter.open(
                        prefix.accessLog(),
                        AsyncLineWriter.DEFAULT_CAPACITY,
                        count -> "{\"dropped\":" + count + "}");
        Log log = new FileLog(settings.logLevel(), clock, zone, error);
        new LibraryMessages(log, Set.of()).install();
        return new NodeLogs(error, access, log);
    }

    Log log() {
        return log;
    }

    /** Takes access-log lines; never blocks. */
    Consumer<String> access() {
        return access;
    }

    @Override
    public void close() {
        access.close();
        error.close();
    }
}
