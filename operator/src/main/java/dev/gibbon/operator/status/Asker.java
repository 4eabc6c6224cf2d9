package dev.gibbon.operator.status;

import java.io.IOException;

/**
 * Whether whoever shows a token may ask about the mesh. The API server's proxy for Services does
 * not say who asks, and does not stand between the operator and other pods. So an asker shows a
 * token of the ServiceAccount {@link #ACCOUNT} made out to {@link #AUDIENCE}: RBAC for {@code
 * create} on its {@code serviceaccounts/token} decides who gets one, and it is good for nothing
 * else.
 */
@FunctionalInterface
public interface Asker {
    /** The field of the request that carries the token; the API server lets it through. */
    String HEADER = "Gibbon-Token";

    /** Of the mesh's namespace. It may do nothing, and no pod runs as it. */
    String ACCOUNT = "gibbon-questions";

    String AUDIENCE = "gibbon.dev/questions";

    /**
     * Whether the token is one of those.
     *
     * @throws IOException when nobody can say
     */
    boolean mayAsk(String token) throws IOException;
}
