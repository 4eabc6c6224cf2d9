package dev.gibbon.e2e;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests their cluster and namespace, and closes both at the end of what they are for. */
final class ClusterExtension implements ParameterResolver {
    private static final Namespace STORE = Namespace.create(ClusterExtension.class);
    private static final Namespace MESHES = Namespace.create(Mesh.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == Cluster.class
                || type == Figures.class
                || type == Mesh.class
                || type == TestNamespace.class
                || type == TestScale.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        if (type == TestScale.class) {
            return TestScale.ofThisRun();
        }
        if (type == Figures.class) {
            return new Figures(TestScale.ofThisRun());
        }
        if (type == Mesh.class) {
            return mesh(context);
        }
        return type == Cluster.class ? cluster(context) : namespace(context);
    }

    private static Cluster cluster(ExtensionContext context) {
        return context.getRoot()
                .getStore(STORE)
                .computeIfAbsent(Cluster.class, _ -> new ClusterFinder().find(), Cluster.class);
    }

    /** Once for each class: the one before may have uninstalled it, or have changed it. */
    private static Mesh mesh(ExtensionContext context) {
        return context.getStore(MESHES)
                .computeIfAbsent(
                        context.getRequiredTestClass(),
                        _ -> {
                            Mesh mesh = new Mesh(cluster(context));
                            mesh.install();
                            return mesh;
                        },
                        Mesh.class);
    }

    private static TestNamespace namespace(ExtensionContext context) {
        Class<?> test = context.getRequiredTestClass();
        // A key of its own for each class: a store also sees what is in those of its parents.
        return context.getStore(STORE)
                .computeIfAbsent(
                        test,
                        key -> cluster(context).createNamespace(key.getSimpleName()),
                        TestNamespace.class);
    }
}
