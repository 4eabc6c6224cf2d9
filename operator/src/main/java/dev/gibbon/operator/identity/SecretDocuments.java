package dev.gibbon.operator.identity;

import dev.gibbon.controlplane.authority.SecretStore;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Documents as the entries of one Secret. Of several replicas that write at once one succeeds: a
 * write names the version that it changes, and the API server refuses a second one.
 */
public final class SecretDocuments implements SecretStore {
    private static final int ATTEMPTS = 5;

    private final KubernetesClient client;
    private final String namespace;
    private final String name;
    private final List<OwnerReference> owners;

    /** The owners are those of a Secret that has to be made. */
    public SecretDocuments(
            KubernetesClient client, String namespace, String name, List<OwnerReference> owners) {
        this.client = client;
        this.namespace = namespace;
        this.name = name;
        this.owners = List.copyOf(owners);
    }

    @Override
    public Optional<byte[]> read(String document) throws IOException {
        try {
            return decoded(secret().get(), document);
        } catch (KubernetesClientException e) {
            throw failed("read", e);
        }
    }

    private static Optional<byte[]> decoded(Secret secret, String document) {
        return Optional.ofNullable(secret)
                .map(Secret::getData)
                .map(data -> data.get(document))
                .map(Base64.getDecoder()::decode);
    }

    @Override
    public void write(String document, byte[] content) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                Secret old = secret().get();
                put(old, Map.of(document, content));
                return;
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT || attempt == ATTEMPTS) {
                    throw failed("write", e);
                }
            }
        }
    }

    @Override
    public boolean writeFirst(SequencedMap<String, byte[]> documents) throws IOException {
        try {
            Secret old = secret().get();
            if (decoded(old, documents.lastEntry().getKey()).isPresent()) {
                return false;
            }
            put(old, documents);
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return false;
            }
            throw failed("write", e);
        }
    }

    private void put(Secret old, Map<String, byte[]> documents) {
        Map<String, String> data = new HashMap<>();
        if (old != null && old.getData() != null) {
            data.putAll(old.getData());
        }
        documents.forEach((document, content) ->
                data.put(document, Base64.getEncoder().encodeToString(content)));
        if (old == null) {
            client.resource(
                            new SecretBuilder()
                                    .withNewMetadata()
                                    .withNamespace(namespace)
                                    .withName(name)
                                    .addToLabels("app.kubernetes.io/name", "gibbon")
                                    .withOwnerReferences(owners)
                                    .endMetadata()
                                    .withType("Opaque")
                                    .withData(data)
                                    .build())
                    .create();
        } else {
            client.resource(new SecretBuilder(old).withData(data).build()).update();
        }
    }

    private Resource<Secret> secret() {
        return client.secrets().inNamespace(namespace).withName(name);
    }

    /** The exception's text can hold the request, and with it the key. */
    private IOException failed(String what, KubernetesClientException e) {
        return new IOException(
                "Secret "
                        + namespace
                        + "/"
                        + name
                        + ": cannot "
                        + what
                        + " (status "
                        + e.getCode()
                        + ")");
    }
}
