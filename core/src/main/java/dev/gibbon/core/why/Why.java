package dev.gibbon.core.why;

import dev.gibbon.core.decision.Arrival;
import dev.gibbon.core.decision.ConfigSnapshot;
import dev.gibbon.core.decision.Decider;
import dev.gibbon.core.decision.Decisions;
import dev.gibbon.core.decision.HttpDecision;
import dev.gibbon.core.decision.LocalNode;
import dev.gibbon.core.decision.StreamDecision;
import dev.gibbon.core.decision.Upstream;
import dev.gibbon.core.route.FirstBytes;
import dev.gibbon.core.route.HttpKey;
import dev.gibbon.core.route.HttpMatch;
import dev.gibbon.core.route.StreamSelection;
import dev.gibbon.core.rule.HttpRule;
import dev.gibbon.core.rule.Rule;
import dev.gibbon.core.rule.StreamRule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Explains decisions of one node with one configuration. Pure; any thread may call. */
public final class Why {
    /** How many near misses are named. */
    public static final int MAX_NEAR_MISSES = 5;

    private final ConfigSnapshot config;
    private final Decisions decider;
    private final Legs legs;

    /**
     * @param names the addresses of upstreams that are host names
     */
    public Why(ConfigSnapshot config, LocalNode node, NameLookup names) {
        this(new Decider(config, node), names);
    }

    /**
     * @param decider whose decisions are explained
     * @param names the addresses of upstreams that are host names
     */
    public Why(Decisions decider, NameLookup names) {
        this.config = decider.config();
        this.decider = decider;
        this.legs = new Legs(decider, names);
    }

    /** Explains what happens to a connection or a request. */
    public Explanation explain(Question question) {
        HttpKey request = question.request();
        return request == null ? stream(question) : http(question, request);
    }

    private Explanation stream(Question question) {
        return stream(question, decider.stream(question.arrival(), question.bytes(), Set.of()));
    }

    private Explanation stream(Question question, StreamDecision decision) {
        Arrival arrival = question.arrival();
        Explanation.Outcome outcome = Outcomes.of(decision);
        if (!Outcomes.isRouted(decision)) {
            return new Explanation(question, outcome, null, null, List.of(), List.of(), null);
        }
        List<StreamRule> matching = streamMatches(arrival, question.bytes());
        List<Explanation.NearMiss> nearMisses =
                nearMisses(
                        config.streams().rules(),
                        matching,
                        rule ->
                                NearMisses.missing(
                                        rule,
                                        arrival.client(),
                                        arrival.destination(),
                                        question.bytes()));
        Upstream upstream = Outcomes.upstream(decision);
        return explanation(
                question,
                outcome,
                matching,
                nearMisses,
                upstream == null ? null : legs.explain(upstream, null, arrival.client().ip()));
    }

    /** All that match, the selected one first; a silent client is led by the silent rule. */
    private List<StreamRule> streamMatches(Arrival arrival, FirstBytes bytes) {
        List<StreamRule> matching =
                new ArrayList<>(
                        config.streams().matching(arrival.client(), arrival.destination(), bytes));
        if (config.streams().select(arrival.client(), arrival.destination(), bytes)
                        instanceof StreamSelection.NeedsBytes(StreamRule silent, boolean _)
                && silent != null) {
            matching.remove(silent);
            matching.addFirst(silent);
        }
        return matching;
    }

    private Explanation http(Question question, HttpKey request) {
        Arrival arrival = question.arrival();
        Optional<StreamDecision> listener = decider.httpListener(arrival, question.bytes());
        if (listener.isPresent() && !(listener.get() instanceof StreamDecision.Requests)) {
            StreamDecision decision = listener.get();
            if (Outcomes.upstream(decision) != null) {
                // In a pod, nobody looks for requests where no rule asks for them.
                return stream(question, decision);
            }
            Explanation.Outcome outcome = Outcomes.of(decision);
            return new Explanation(question, outcome, null, null, List.of(), List.of(), null);
        }
        HttpDecision decision = decider.http(arrival, request, Set.of());
        List<HttpRule> matching =
                config.http().matching(request).stream().map(HttpMatch::rule).toList();
        List<Explanation.NearMiss> nearMisses =
                nearMisses(
                        config.http().rules(), matching, rule -> NearMisses.missing(rule, request));
        Explanation.Leg leg =
                decision
                                instanceof
                                HttpDecision.Forward(
                                        Upstream upstream,
                                        String path,
                                        boolean _,
                                        boolean _)
                        ? legs.explain(upstream, path, arrival.client().ip())
                        : null;
        return explanation(question, Outcomes.of(decision), matching, nearMisses, leg);
    }

    private static Explanation explanation(
            Question question,
            Explanation.Outcome outcome,
            List<? extends Rule> matching,
            List<Explanation.NearMiss> nearMisses,
            Explanation.@Nullable Leg leg) {
        List<Rule> firsts = firstOfEachRoute(matching);
        List<Explanation.Match> matches =
                firsts.stream()
                        .map(rule -> new Explanation.Match(rule.origin(), RuleText.asks(rule)))
                        .toList();
        return new Explanation(
                question,
                outcome,
                matches.isEmpty() ? null : matches.getFirst(),
                firsts.size() < 2 ? null : because(firsts.get(0), firsts.get(1)),
                matches.isEmpty() ? List.of() : matches.subList(1, matches.size()),
                nearMisses,
                leg);
    }

    /** Only a rule that waits for a ClientHello can come before the one that a silence selects. */
    private static String because(Rule first, Rule next) {
        return first.key().compareTo(next.key()) < 0
                ? Ranking.because(first, next)
                : "it needs no ClientHello; the next comes first once the client sends a fitting"
                        + " one";
    }

    private static List<Rule> firstOfEachRoute(List<? extends Rule> rules) {
        Set<UUID> seen = new HashSet<>();
        List<Rule> firsts = new ArrayList<>();
        for (Rule rule : rules) {
            if (seen.add(rule.origin().id())) {
                firsts.add(rule);
            }
        }
        return firsts;
    }

    /** One near miss of each Route; those that match in something come first. */
    private static <R extends Rule> List<Explanation.NearMiss> nearMisses(
            List<R> rules, List<R> matching, Function<R, Optional<String>> missing) {
        Set<UUID> named = new HashSet<>();
        matching.forEach(rule -> named.add(rule.origin().id()));
        List<Explanation.NearMiss> partial = new ArrayList<>();
        List<Explanation.NearMiss> complete = new ArrayList<>();
        for (R rule : rules) {
            List<Explanation.NearMiss> group =
                    RuleText.attributes(rule).size() > 1 ? partial : complete;
            if (group.size() == MAX_NEAR_MISSES || named.contains(rule.origin().id())) {
                continue;
            }
            Optional<String> thing = missing.apply(rule);
            if (thing.isPresent()) {
                named.add(rule.origin().id());
                group.add(new Explanation.NearMiss(rule.origin(), thing.get()));
            }
        }
        partial.addAll(complete);
        return partial.subList(0, Math.min(partial.size(), MAX_NEAR_MISSES));
    }
}
