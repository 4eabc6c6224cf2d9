package dev.gibbon.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test class that runs on a Kubernetes. Its constructor and methods may have parameters of the
 * types {@link Cluster} (one for all classes), {@link Mesh} (installed with the default values at
 * that time), {@link TestNamespace} (one for each class, deleted after it), {@link TestScale} and
 * {@link Figures}.
 */
@Tag("cluster")
@ExtendWith(ClusterExtension.class)
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface OnCluster {}
