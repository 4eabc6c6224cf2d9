/**
 * The tutorial, run and proven: a scenario in a network namespace of its own. {@code Flow} says
 * what the four protocols are, {@code World} owns every process and the namespace, {@code Scenario}
 * carries out the passes and collects {@code Claim}s, {@code DemoReport} prints them.
 */
@NullMarked
package dev.gibbon.cli.demo;

import org.jspecify.annotations.NullMarked;
