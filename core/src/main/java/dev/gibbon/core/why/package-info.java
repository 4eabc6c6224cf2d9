/**
 * Why a connection or a request goes where it goes: {@link dev.gibbon.core.why.Why} asks the {@link
 * dev.gibbon.core.decision.Decider} that the data path uses, and adds what it does not say: which
 * rules came next, which part of the precedence decided, which rules were nearly it, and what the
 * way to the upstream is protected against. Pure; rendering is text or JSON.
 */
@NullMarked
package dev.gibbon.core.why;

import org.jspecify.annotations.NullMarked;
