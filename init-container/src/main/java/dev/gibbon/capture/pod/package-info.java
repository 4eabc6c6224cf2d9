/**
 * Interception in a pod: every TCP connection that its containers open or get goes through the
 * sidecar, in both directions and families, without NAT and without a sysctl.
 *
 * <ol>
 *   <li>{@link dev.gibbon.capture.pod.PodCaptureSpec} says which listeners there are and what is
 *       left out.
 *   <li>{@link dev.gibbon.capture.pod.PodCapturePlan} turns it into typed rules and policy routes.
 *   <li>{@link dev.gibbon.capture.pod.PodNftScript} and {@link
 *       dev.gibbon.capture.pod.PodIptablesScript} write the rules for the two kinds of programs.
 *   <li>{@link dev.gibbon.capture.pod.PodRules} puts them in place with the first program that
 *       works, and removes them.
 *   <li>{@link dev.gibbon.capture.pod.CaptureCheck} opens a connection and sees where it arrives.
 * </ol>
 *
 * <p>The first three are pure. What the rules do is told in {@code docs/kubernetes-capture.md}.
 */
@NullMarked
package dev.gibbon.capture.pod;

import org.jspecify.annotations.NullMarked;
