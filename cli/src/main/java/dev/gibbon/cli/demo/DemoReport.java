package dev.gibbon.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What the demo saw, for a person or for a program.
 *
 * @param passes in the order they were run
 */
record DemoReport(List<PassResult> passes, List<Claim> claims) {
    private static final int GREETING_WIDTH = 29;

    DemoReport {
        passes = List.copyOf(passes);
        claims = List.copyOf(claims);
    }

    /** Whether every claim held. */
    boolean held() {
        return !claims.isEmpty() && claims.stream().allMatch(Claim::held);
    }

    /** {@code {"passes":[...],"claims":[...]}} */
    String json() {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode root = mapper.createObjectNode();
        ArrayNode passList = root.putArray("passes");
        for (PassResult pass : passes) {
            ObjectNode node = passList.addObject().put("name", pass.name());
            ArrayNode flows = node.putArray("flows");
            for (FlowResult flow : pass.flows()) {
                flows.addObject()
                        .put("name", flow.flow().text())
                        .put("direct", flow.direct())
                        .put("proxied", flow.proxied())
                        .put("client_identity", flow.clientIdentity())
                        .put("server_identity", flow.serverIdentity())
                        .put("readable", flow.readable());
            }
        }
        ArrayNode claimList = root.putArray("claims");
        for (Claim claim : claims) {
            claimList
                    .addObject()
                    .put("name", claim.name())
                    .put("held", claim.held())
                    .put("detail", claim.detail());
        }
        return root.toPrettyString();
    }

    /** Tables of the passes, then the claims. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (PassResult pass : passes) {
            text.append('\n')
                    .append(pass.name())
                    .append(": ")
                    .append(pass.meaning())
                    .append("\n\n");
            text.append(row("flow", "directly", "through both sidecars", "on the wire A-B"));
            text.append(row("-----", "-".repeat(28), "-".repeat(28), "-".repeat(15)));
            for (FlowResult flow : pass.flows()) {
                text.append(
                        row(
                                flow.flow().text(),
                                flow.direct(),
                                flow.proxied(),
                                flow.readable() ? "readable" : "not readable"));
                text.append("        ")
                        .append(
                                flow.isMesh()
                                        ? flow.clientIdentity() + "  <->  " + flow.serverIdentity()
                                        : "no mutual TLS")
                        .append('\n');
            }
        }
        text.append("\nWhat was proven\n\n");
        for (Claim claim : claims) {
            text.append(claim.held() ? "  ok    " : "  FAIL  ")
                    .append(claim.name())
                    .append("\n          ")
                    .append(claim.detail())
                    .append('\n');
        }
        long failed = claims.stream().filter(claim -> !claim.held()).count();
        text.append('\n')
                .append(claims.size() - failed)
                .append(" of ")
                .append(claims.size())
                .append(" claims held\n");
        return text.toString();
    }

    private static String row(String flow, String direct, String proxied, String wire) {
        return "  "
                + pad(flow, 6)
                + pad(direct, GREETING_WIDTH)
                + pad(proxied, GREETING_WIDTH)
                + wire
                + "\n";
    }

    private static String pad(String text, int width) {
        return text.length() >= width ? text + " " : text + " ".repeat(width - text.length());
    }
}
