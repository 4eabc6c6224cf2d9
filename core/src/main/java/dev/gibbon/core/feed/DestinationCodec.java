package dev.gibbon.core.feed;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.gibbon.core.destination.Destination;
import dev.gibbon.core.destination.Endpoint;
import dev.gibbon.core.feed.FeedResource.DestinationResource;
import dev.gibbon.core.identity.SpiffeId;
import dev.gibbon.core.json.JsonFormatException;
import dev.gibbon.core.json.JsonObject;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A destination in JSON; one that leads only to itself has an id and nothing else. */
final class DestinationCodec {
    private DestinationCodec() {}

    static void write(JsonGenerator json, DestinationResource resource) throws IOException {
        json.writeStringField("id", resource.id());
        Destination destination = resource.destination();
        if (destination == null) {
            return;
        }
        json.writeStringField("name", destination.name());
        if (destination.http()) {
            json.writeBooleanField("http", true);
        }
        json.writeArrayFieldStart("endpoints");
        for (Endpoint endpoint : destination.endpoints()) {
            json.writeStartObject();
            json.writeStringField("ip", endpoint.address().ip().toString());
            json.writeNumberField("port", endpoint.address().port());
            SpiffeId identity = endpoint.identity();
            if (identity != null) {
                json.writeStringField("identity", identity.toString());
            }
            ResourceCodec.optional(json, "zone", endpoint.zone());
            if (endpoint.draining()) {
                json.writeBooleanField("draining", true);
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static DestinationResource read(JsonObject json) throws JsonFormatException {
        String id = json.string("id");
        String name = json.optionalString("name");
        if (name == null) {
            return new DestinationResource(id, null);
        }
        List<Endpoint> endpoints = new ArrayList<>();
        for (JsonObject endpoint : json.objects("endpoints")) {
            String ip = endpoint.string("ip");
            endpoints.add(
                    new Endpoint(
                            new IpPort(
                                    IpAddress.parse(ip)
                                            .orElseThrow(() ->
                                                    endpoint.wrong("ip", ip, "an IP address")),
                                    endpoint.integer("port", 1, 65535)),
                            endpoint.has("identity") ? ResourceCodec.identity(endpoint) : null,
                            endpoint.optionalString("zone"),
                            Boolean.TRUE.equals(endpoint.optionalBool("draining"))));
        }
        return new DestinationResource(
                id,
                new Destination(name, Boolean.TRUE.equals(json.optionalBool("http")), endpoints));
    }
}
