/**
 * The change of the mesh's root, without a moment at which two members distrust each other: the
 * next root is trusted first, signs when everybody trusts it, and is alone when no certificate of
 * the old one is left. {@link dev.gibbon.operator.rotation.RootRotation} decides, as a pure
 * function; {@link dev.gibbon.operator.rotation.RotationLoop} carries out one step after the other.
 * All state lies in the authority's Secret, so any replica can go on at any time.
 */
@NullMarked
package dev.gibbon.operator.rotation;

import org.jspecify.annotations.NullMarked;
