package dev.gibbon.operator.check;

/** What the checks say of themselves, as a chapter of {@code docs/kubernetes-check.md}. */
final class CheckReference {
    private CheckReference() {}

    /** Markdown, from the first heading of a group on. */
    static String render() {
        StringBuilder text = new StringBuilder();
        for (Group group : Group.values()) {
            text.append("## ").append(group.id()).append("\n\n");
            for (Check check : Checks.all()) {
                if (check.group() == group) {
                    text.append("### ").append(check.id()).append("\n\n");
                    text.append("**").append(check.title()).append(".** ");
                    text.append(escaped(check.meaning())).append("\n\n");
                    text.append("*What to do:* ").append(escaped(check.remedy())).append("\n\n");
                }
            }
        }
        return text.toString();
    }

    /** What looks like a tag would not be shown. */
    private static String escaped(String text) {
        return text.replace("<", "&lt;");
    }
}
