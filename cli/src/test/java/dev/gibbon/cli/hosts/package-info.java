/** The mesh across hosts: each a network namespace of its own, joined by a bridge. Needs root. */
package dev.gibbon.cli.hosts;
