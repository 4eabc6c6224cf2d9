/** What the libraries of a program have to say, in the program's own log. */
@NullMarked
package dev.gibbon.controlplane.log;

import org.jspecify.annotations.NullMarked;
