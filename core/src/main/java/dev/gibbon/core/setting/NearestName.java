package dev.gibbon.core.setting;

/** The known variable that a misspelt one most likely means. */
final class NearestName {
    private NearestName() {}

    static String of(String name) {
        String nearest = "";
        int least = Integer.MAX_VALUE;
        for (Setting setting : Setting.values()) {
            int distance = EditDistance.between(name, setting.variable());
            if (distance < least) {
                least = distance;
                nearest = setting.variable();
            }
        }
        return nearest;
    }
}
