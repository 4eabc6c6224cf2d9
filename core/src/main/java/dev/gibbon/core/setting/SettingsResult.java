package dev.gibbon.core.setting;

import java.util.List;

/** What became of an environment. */
public sealed interface SettingsResult {

    /** Everything is in order. */
    record Valid(NodeSettings settings) implements SettingsResult {}

    /**
     * The node must not start.
     *
     * @param violations at least one; each is one line that says what was got and what was expected
     */
    record Invalid(List<String> violations) implements SettingsResult {
        public Invalid {
            violations = List.copyOf(violations);
        }
    }
}
