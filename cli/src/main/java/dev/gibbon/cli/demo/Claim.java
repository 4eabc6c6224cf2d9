package dev.gibbon.cli.demo;

/**
 * Something the demo says of the mesh, and whether it was seen to be so.
 *
 * @param detail what was seen
 */
record Claim(String name, boolean held, String detail) {}
