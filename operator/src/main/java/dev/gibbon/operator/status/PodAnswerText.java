package dev.gibbon.operator.status;

import dev.gibbon.core.route.FirstBytes;
import dev.gibbon.core.setting.MeshMode;
import dev.gibbon.core.why.TextExplanation;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A {@link PodAnswer} for a terminal: a label and what it says on each line, as {@link
 * TextExplanation} writes on. Lines end in {@code \n}.
 */
final class PodAnswerText {
    private static final int INDENT = 12;

    /** The rest is told by number; JSON has all. */
    private static final int MOST_ENDPOINTS = 10;

    private final StringBuilder text = new StringBuilder();

    private PodAnswerText() {}

    static String render(PodAnswer answer) {
        PodAnswerText rendering = new PodAnswerText();
        rendering.add(answer);
        return rendering.text.toString();
    }

    private void add(PodAnswer answer) {
        line("pod", pod(answer));
        line("dials", dials(answer));
        int shown = Math.min(MOST_ENDPOINTS, answer.endpoints().size());
        String own = answer.question().pod().meshName();
        answer.endpoints().subList(0, shown).forEach(one -> line("endpoint", endpoint(one, own)));
        if (answer.endpoints().size() > shown) {
            line("", "and " + (answer.endpoints().size() - shown) + " more");
        }
        if (answer.endpoints().isEmpty()) {
            line("endpoint", "none that is ready");
        }
        if (answer.endpoints().size() > 1) {
            line(
                    "balanced",
                    "over them, those in the pod's own zone first; what follows is for one of them");
        }
        if (answer.question().bytes() instanceof FirstBytes.Tls
                && answer.question().request() == null) {
            line(
                    "own TLS",
                    "the application's, and stays as it is, whatever is said of protection");
        }
        if (answer.explanation() == null) {
            line(
                    "outcome",
                    "nothing of it is captured: what it dials goes where it is dialled, plain");
            answer.endpoints().stream()
                    .filter(one -> one.mode() == MeshMode.STRICT)
                    .findFirst()
                    .ifPresent(one ->
                            line(
                                    "",
                                    one.pod()
                                            + " is strict: it refuses connections that are plain"));
        } else {
            text.append(TextExplanation.render(answer.explanation()));
        }
    }

    private static String pod(PodAnswer answer) {
        String identity = answer.identity();
        return answer.question().pod().meshName()
                + (identity == null
                        ? ", not in the mesh (gibbon why pod/NAME --inject says why)"
                        : ", " + identity + ", namespace is " + word(answer.mode()))
                + zone(answer.zone());
    }

    private static String dials(PodAnswer answer) {
        Dialled to = answer.question().to();
        if (answer.destination() != null) {
            return to.address()
                    + ", which is Service "
                    + answer.destination()
                    + (answer.http() ? ", declared as HTTP: balanced by request" : "");
        }
        return to.service() == null
                ? to.address() + ", which leads only to itself"
                : to.address()
                        + ", which is Service "
                        + to.service().namespace()
                        + "/"
                        + to.service().name()
                        + ", but not one of its TCP ports";
    }

    private static String endpoint(PodAnswer.Reached one, String own) {
        if (own.equals(one.pod())) {
            return one.address() + ", the pod itself: delivered inside of it";
        }
        return one.address()
                + (one.pod() == null ? "" : " pod " + one.pod())
                + (one.identity() == null
                        ? ", plain: " + one.plainBecause()
                        : ", mesh TLS to " + one.identity())
                + zone(one.zone())
                + (one.draining() ? ", draining" : "");
    }

    private static String zone(@Nullable String zone) {
        return zone == null ? "" : ", zone " + zone;
    }

    static String word(MeshMode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }

    private void line(String label, String sentence) {
        text.append(label).repeat(' ', INDENT - label.length());
        text.append(sentence.replaceAll("\\p{Cntrl}", "?")).append('\n');
    }
}
