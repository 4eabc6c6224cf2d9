/**
 * The whole program as its users run it: a control plane and two sidecars as processes in a network
 * namespace, set up as in the tutorial. {@code TestMesh} owns the namespace and the processes, and
 * runs test methods in threads that have entered the namespace, so that clients and servers of a
 * test are plain Java sockets.
 */
package dev.gibbon.cli.system;
