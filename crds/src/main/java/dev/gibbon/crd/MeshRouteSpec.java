package dev.gibbon.crd;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a MeshRoute is, with the fields and rules of a Route of the Admin API. Nothing is checked
 * here; a field that was not written is null.
 *
 * @param protocols of one family: http and https, or tcp and tls; null is http and https
 * @param methods upper case
 * @param hosts host names or addresses; one {@code *} may stand for the first or last labels
 * @param paths plain prefixes, or regular expressions (RE2 syntax, anchored at the start)
 * @param regexPriority higher is tried first among regular expressions; null is 0
 * @param headers values by header name, compared without regard to case
 * @param stripPath null is yes
 * @param preserveHost null is no
 * @param parent null for connections to any destination, from the route's namespace only
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MeshRouteSpec(
        @JsonPropertyDescription(
                        "What is looked at: requests (http, https) or connections (tcp, tls). With"
                                + " https alone, requests over http are answered 426. With tls, the"
                                + " connection must start with a ClientHello.")
                @Default("[\"http\", \"https\"]")
                @Nullable List<String> protocols,
        @JsonPropertyDescription(
                        "The methods that requests may have, e.g. GET. Any when absent. Only with"
                                + " protocols http and https.")
                @Nullable List<String> methods,
        @JsonPropertyDescription(
                        "The hosts that requests may be for, without port. A * may stand for the"
                                + " first or the last labels, e.g. *.example.com. Any when absent."
                                + " Only with protocols http and https.")
                @Nullable List<String> hosts,
        @JsonPropertyDescription(
                        "How the paths of requests may start. One with a character other than"
                                + " letters, digits and .-_~/% is a regular expression in RE2"
                                + " syntax. Any when absent. Only with protocols http and https.")
                @Nullable List<String> paths,
        @JsonPropertyDescription(
                        "Among regular expressions in paths, those of the higher priority are tried"
                                + " first.")
                @Default("0")
                @Nullable Integer regexPriority,
        @JsonPropertyDescription(
                        "The headers that requests must have: each of those named, with one of its"
                                + " values. Letter case is not looked at. Only with protocols http"
                                + " and https.")
                @Nullable Map<String, List<String>> headers,
        @JsonPropertyDescription(
                        "The server names (SNI) that a ClientHello may have. Any, or none, when"
                                + " absent. Only with protocols tcp and tls.")
                @Nullable List<String> snis,
        @JsonPropertyDescription(
                        "Where connections may come from. Any when absent. Only with protocols tcp"
                                + " and tls.")
                @Nullable List<AddressRange> sources,
        @JsonPropertyDescription(
                        "What the client may have dialled. Any when absent. Only with protocols tcp"
                                + " and tls, and without parent.")
                @Nullable List<AddressRange> destinations,
        @JsonPropertyDescription(
                        "Whether the part of the path that paths matched is removed before the"
                                + " request goes to the upstream.")
                @Default("true")
                @Nullable Boolean stripPath,
        @JsonPropertyDescription(
                        "Whether the upstream gets the client's Host header. Otherwise it gets the"
                                + " MeshService's host.")
                @Default("false")
                @Nullable Boolean preserveHost,
        @JsonPropertyDescription("The MeshService of the same namespace that this leads to.")
                @Required
                @Nullable MeshServiceReference serviceRef,
        @JsonPropertyDescription(
                        "A Kubernetes Service of the same namespace. With it, the route is for"
                                + " everyone who calls that Service at this port, from any"
                                + " namespace, and comes before routes without one. Without it, the"
                                + " route is for clients of its own namespace alone.")
                @Nullable ServiceReference parent) {}
