package dev.gibbon.sidecar.stream;

import dev.gibbon.core.route.FirstBytes;
import dev.gibbon.sidecar.detect.FirstBytesDetector;
import io.netty.buffer.ByteBuf;
import java.time.Duration;

/**
 * Reads a client's first bytes until they can be told apart, and no further. Confined to the
 * channel's event loop.
 */
final class FirstBytesReader {
    private final Course course;
    private final Duration rest;
    private boolean partial;

    /**
     * @param rest how long the rest may take once a part has come
     */
    FirstBytesReader(Course course, Duration rest) {
        this.course = course;
        this.rest = rest;
    }

    /** The time-out that was set is gone: the rest has all of its time again. */
    void restart() {
        partial = false;
    }

    /** The client has begun: from its first byte on, the rest has so long, however it comes. */
    void limitRest() {
        if (!partial) {
            partial = true;
            course.waitFor(rest);
        }
    }

    /** Waits for the first of them, for as long as is configured. */
    void await() {
        course.waitFor(course.client().limits().detectTimeout());
        course.client().channel().read();
    }

    /** What has come by now; more is read where that is unknown yet. */
    FirstBytes look() {
        ClientInput input = course.client().input();
        ByteBuf bytes = input.peek();
        FirstBytes first =
                bytes == null ? new FirstBytes.Unknown() : FirstBytesDetector.detect(bytes);
        if (!(first instanceof FirstBytes.Unknown)) {
            return first;
        }
        if (input.hasEnded()) {
            return new FirstBytes.Plain();
        }
        if (bytes != null) {
            limitRest();
        }
        course.client().channel().read();
        return first;
    }
}
