package dev.gibbon.operator.webhook;

/**
 * The pod of a review. While it is being created it may have no name yet.
 *
 * @param name its name, or the beginning of the one that it will get; may be empty
 * @param owner kind and name of what makes it, e.g. {@code ReplicaSet/web-5d9}; may be empty
 */
public record PodName(String namespace, String name, String owner) {

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
