/**
 * JSON between the parts of a mesh, read strictly and within limits, with the streaming half of
 * Jackson only. A text becomes a {@link dev.gibbon.core.json.JsonObject}, whose fields are taken by
 * name and type; every complaint names the path of the field.
 */
@NullMarked
package dev.gibbon.core.json;

import org.jspecify.annotations.NullMarked;
