package dev.gibbon.operator.check;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A {@link CheckReport} for programs; {@code docs/kubernetes-check.md} describes the keys. */
public final class JsonReport {
    private JsonReport() {}

    /** Renders a report, over several lines. */
    public static String render(CheckReport report) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        ClusterSnapshot.Scope scope = report.scope();
        document.put("server", scope.server());
        document.put("mesh_namespace", scope.meshNamespace());
        document.put("namespace", scope.namespace());
        document.put("version", scope.version());
        document.put("time", scope.now().toString());
        ObjectNode summary = document.putObject("summary");
        for (Level level : Level.values()) {
            summary.put(level.id(), report.count(level));
        }
        ArrayNode checks = document.putArray("checks");
        for (Check.Result result : report.results()) {
            Check check = result.check();
            ObjectNode row = checks.addObject();
            row.put("id", check.id());
            row.put("group", check.group().id());
            row.put("title", check.title());
            row.put("outcome", result.outcome().level().id());
            row.put("summary", result.outcome().summary());
            ArrayNode findings = row.putArray("findings");
            for (Finding finding : result.outcome().findings()) {
                findings.addObject()
                        .put("outcome", finding.level().id())
                        .put("text", finding.text());
            }
            row.put("meaning", check.meaning());
            row.put("remedy", check.remedy());
        }
        return document.toPrettyString() + "\n";
    }
}
