/** Network namespaces for tests, and programs that talk in them. */
@NullMarked
package dev.gibbon.capture.netns;

import org.jspecify.annotations.NullMarked;
