/**
 * cert-manager as the issuer of what the mesh signs with. {@link
 * dev.gibbon.operator.certmanager.IntermediateRequest} says what is asked of it, a Certificate;
 * {@link dev.gibbon.operator.certmanager.IssuanceVerdict} decides, as a pure function, what to
 * think of what has come; {@link dev.gibbon.operator.certmanager.IssuanceLook} puts both to work,
 * one look at a time; {@link dev.gibbon.operator.certmanager.TroubleTeller} tells people. What is
 * in order goes to the authority, whose Secret all replicas follow: {@code rotation} decides when.
 */
@NullMarked
package dev.gibbon.operator.certmanager;

import org.jspecify.annotations.NullMarked;
