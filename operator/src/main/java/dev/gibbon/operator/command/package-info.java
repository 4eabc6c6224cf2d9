/**
 * The commands of {@code gibbon} that deal with Kubernetes: {@link
 * dev.gibbon.operator.command.KubernetesCommands} is the program. They are apart from {@code
 * dev.gibbon.cli}, whose class path has no Kubernetes client; the launcher script {@code gibbon}
 * starts the one or the other. Exit codes: 0 done, 1 failed, 2 wrong usage.
 */
@NullMarked
package dev.gibbon.operator.command;

import org.jspecify.annotations.NullMarked;
