package dev.gibbon.core.destination;

import java.util.List;

/**
 * A set of endpoints behind a name or a virtual address.
 *
 * @param name for people, e.g. {@code shop/service-b:80}
 * @param http whether the application has declared that HTTP/1.1 is spoken there, so that requests
 *     may be balanced one by one
 * @param endpoints those that can be dialled; empty when there is none at the moment
 */
public record Destination(String name, boolean http, List<Endpoint> endpoints) {
    public Destination {
        endpoints = List.copyOf(endpoints);
    }
}
