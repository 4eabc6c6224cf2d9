package dev.gibbon.core.setting;

import java.util.Optional;

/** The known variable that a misspelt one most likely means, if there is one. */
final class NearestName {
    private NearestName() {}

    /** Empty where each is another in more than a third of what follows the prefix. */
    static Optional<String> of(String name) {
        String nearest = "";
        int least = Integer.MAX_VALUE;
        for (Setting setting : Setting.values()) {
            int distance = EditDistance.between(name, setting.variable());
            if (distance < least) {
                least = distance;
                nearest = setting.variable();
            }
        }
        int length = name.length() - Setting.VARIABLE_PREFIX.length();
        return least * 3 <= length ? Optional.of(nearest) : Optional.empty();
    }
}
