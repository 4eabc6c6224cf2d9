package dev.gibbon.sidecar.testing;

import dev.gibbon.core.decision.ConfigSnapshot;
import dev.gibbon.core.decision.Decider;
import dev.gibbon.core.decision.LocalNode;
import dev.gibbon.core.decision.Member;
import dev.gibbon.core.decision.Origin;
import dev.gibbon.core.entity.ClientCertificate;
import dev.gibbon.core.entity.Protocol;
import dev.gibbon.core.entity.Service;
import dev.gibbon.core.net.CidrBlock;
import dev.gibbon.core.net.IpAddress;
import dev.gibbon.core.net.IpPort;
import dev.gibbon.core.route.HttpRouter;
import dev.gibbon.core.route.StreamRouter;
import dev.gibbon.core.rule.AddressBlock;
import dev.gibbon.core.rule.RuleOrigin;
import dev.gibbon.core.rule.StreamRule;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Configurations for tests; each method adds to the one that it is called on. */
public final class Config {
    private final List<Service> services = new ArrayList<>();
    private final List<StreamRule> rules = new ArrayList<>();
    private final List<Member> members = new ArrayList<>();
    private final List<Origin> origins = new ArrayList<>();
    private final List<AddressBlock> workload = new ArrayList<>();
    private final List<IpPort> listeners = new ArrayList<>();
    private @Nullable IpAddress streamBind;
    private String alpn = "";
    private boolean strict;
    private boolean keepClientAddress;
    private int retries;
    private int readTimeout = 60_000;
    private int connectTimeout = 5_000;
    private @Nullable Boolean tlsVerify;
    private @Nullable ClientCertificate clientCertificate;

    public Config mesh() {
        alpn = Pki.ALPN;
        return this;
    }

    public Config strict() {
        strict = true;
        return this;
    }

    public Config keepClientAddress() {
        keepClientAddress = true;
        return this;
    }

    public Config retries(int count) {
        retries = count;
        return this;
    }

    public Config readTimeout(int millis) {
        readTimeout = millis;
        return this;
    }

    public Config connectTimeout(int millis) {
        connectTimeout = millis;
        return this;
    }

    public Config tlsVerify() {
        tlsVerify = true;
        return this;
    }

    public Config clientCertificate(ClientCertificate shown) {
        clientCertificate = shown;
        return this;
    }

    public Config streamBind(String ip) {
        streamBind = IpAddress.of(ip);
        return this;
    }

    /** A Service, and a rule that gives it everything of these first bytes. */
    public Config route(StreamRule.Bytes bytes, Protocol protocol, String host, int port) {
        return route(bytes, protocol, host, port, null);
    }

    public Config route(
            StreamRule.Bytes bytes,
            Protocol protocol,
            String host,
            int port,
            @Nullable String sni) {
        int number = services.size();
        UUID id = new UUID(7, number);
        services.add(
                new Service(
                        id,
                        0,
                        0,
                        "service-" + number,
                        retries,
                        protocol,
                        host,
                        port,
                        null,
                        connectTimeout,
                        60_000,
                        readTimeout,
                        tlsVerify,
                        null,
                        null,
                        clientCertificate));
        rules.add(
                new StreamRule(
                        (sni == null ? "b" : "a") + number,
                        new RuleOrigin("Route", new UUID(8, number), "route-" + number),
                        id,
                        bytes,
                        null,
                        null,
                        sni));
        return this;
    }

    public Config member(String name, IpPort address) {
        members.add(new Member(name, Pki.id(name), List.of(block(address))));
        return this;
    }

    /** A member that connects from this address. */
    public Config client(String name, String ip) {
        members.add(
                new Member(
                        name,
                        Pki.id(name),
                        List.of(new AddressBlock(CidrBlock.parse(ip).orElseThrow(), null))));
        return this;
    }

    public Config origin(IpPort from, Protocol fromScheme, IpPort to, Protocol toScheme) {
        origins.add(
                new Origin(
                        fromScheme,
                        from.ip().toString(),
                        from.port(),
                        toScheme,
                        to.ip().toString(),
                        to.port()));
        return this;
    }

    public Config workload(IpPort address) {
        workload.add(block(address));
        return this;
    }

    /** All ports of an address. */
    public Config workload(String ip) {
        workload.add(new AddressBlock(CidrBlock.parse(ip).orElseThrow(), null));
        return this;
    }

    public Config listener(IpPort address) {
        listeners.add(address);
        return this;
    }

    private static AddressBlock block(IpPort address) {
        return new AddressBlock(
                CidrBlock.parse(address.ip().toString()).orElseThrow(), address.port());
    }

    public Decider decider() {
        return new Decider(
                new ConfigSnapshot(
                        1,
                        alpn,
                        services.stream().collect(Collectors.toMap(Service::id, s -> s)),
                        HttpRouter.of(List.of()),
                        StreamRouter.of(rules),
                        members),
                new LocalNode(
                        "test",
                        workload,
                        listeners,
                        null,
                        streamBind,
                        origins,
                        strict,
                        keepClientAddress));
    }
}
