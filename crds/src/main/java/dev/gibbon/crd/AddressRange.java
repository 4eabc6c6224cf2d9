package dev.gibbon.crd;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection: an address or block of addresses, a port, or both. Nothing is checked
 * here; a field that was not written is null.
 *
 * @param ip an IP address or a CIDR block; null for any
 * @param port 0-65535; null for any
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AddressRange(
        @JsonPropertyDescription(
                        "An IP address or a block of them in CIDR notation, e.g. 10.1.0.0/16. Any"
                                + " address when absent.")
                @Nullable String ip,
        @JsonPropertyDescription("A port, 0-65535. Any port when absent.")
                @Nullable Integer port) {}
