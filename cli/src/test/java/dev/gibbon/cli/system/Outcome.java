package dev.gibbon.cli.system;

/** What a command has said, and how it has ended. */
record Outcome(int exit, String out, String err) {}
