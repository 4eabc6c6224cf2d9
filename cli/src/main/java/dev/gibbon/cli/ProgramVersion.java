package dev.gibbon.cli;

import picocli.CommandLine.IVersionProvider;

/** The version that the build has put into the jar's manifest. */
public final class ProgramVersion implements IVersionProvider {

    /** E.g. {@code 0.1.0}; says so when the classes are in no jar. */
    public static String text() {
        String version = Gibbon.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"gibbon " + text()};
    }
}
