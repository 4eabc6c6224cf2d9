/**
 * How one node is to behave: environment variables {@code GIBBON_*}, read once at start into {@link
 * dev.gibbon.core.setting.NodeSettings}. {@link dev.gibbon.core.setting.SettingsReader} is pure and
 * reports all that is wrong at once; names, defaults and listener syntax are those of Kong 1.1
 * where Kong has them.
 */
@NullMarked
package dev.gibbon.core.setting;

import org.jspecify.annotations.NullMarked;
