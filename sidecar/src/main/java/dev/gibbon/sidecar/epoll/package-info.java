/**
 * Event loops whose epoll registrations do what the data path relies on: nothing is read that was
 * not asked for, and interest can be taken away and given back without losing the socket.
 */
@NullMarked
package dev.gibbon.sidecar.epoll;

import org.jspecify.annotations.NullMarked;
