package dev.gibbon.capture;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Applies and removes rules with the nft program. Scripts go through its standard input, never
 * through arguments or a shell. Blocks the caller until nft has ended, for 10 s at most.
 */
public final class Nft {
    private static final long TIMEOUT_SECONDS = 10;

    private final List<String> command;

    private Nft(List<String> command) {
        this.command = List.copyOf(command);
    }

    /**
     * The nft program of this host, for the network namespace of this process.
     *
     * @param environment the environment of this process, for its PATH
     * @throws CaptureFailure when this is not Linux, privileges are missing or nft is not there
     */
    public static Nft ofHost(Map<String, String> environment) throws CaptureFailure {
        return new Nft(List.of(HostFacts.observe(environment).requireNft().toString()));
    }

    /** A given command line that behaves like nft. */
    static Nft ofCommand(List<String> command) {
        return new Nft(command);
    }

    /** Puts exactly these rules in place, instead of those of an earlier call. */
    public void apply(CapturePlan plan) throws CaptureFailure {
        run(NftScript.apply(plan));
    }

    /** Removes all rules that {@link #apply} has made; there need not be any. */
    public void remove() throws CaptureFailure {
        run(NftScript.remove());
    }

    private void run(String script) throws CaptureFailure {
        List<String> line = new ArrayList<>(command);
        line.add("-f");
        line.add("-");
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        try {
            Process process = builder.start();
            try (OutputStream stdin = process.getOutputStream()) {
                stdin.write(script.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // The program has ended before it read everything; its own words say why.
            }
            // Read beside the wait: a process that cannot get rid of its output never ends.
            CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> read(process));
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new CaptureFailure(
                        "nft did not end within " + TIMEOUT_SECONDS + " s and was stopped");
            }
            if (process.exitValue() != 0) {
                throw new CaptureFailure(NftError.explain(output.join()));
            }
        } catch (IOException e) {
            throw new CaptureFailure("cannot run " + command.getFirst() + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CaptureFailure("interrupted while nft was running");
        }
    }

    private static String read(Process process) {
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
