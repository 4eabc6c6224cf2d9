package dev.gibbon.capture;

import dev.gibbon.capture.pod.PodCaptureCommand;
import java.util.List;

/**
 * The program of the capture container, which runs before all others of a pod: {@code apply},
 * {@code verify}, {@code print}, {@code remove}. {@code docs/kubernetes-capture.md} has its
 * options.
 */
public final class PodCapture {
    private PodCapture() {}

    /** Runs and exits, with 0, or 1 after one sentence on the standard error. */
    public static void main(String[] words) {
        System.exit(
                new PodCaptureCommand(System.getenv(), System.out, System.err).run(List.of(words)));
    }
}
