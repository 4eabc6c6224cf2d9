package dev.gibbon.cli;

import picocli.CommandLine.IVersionProvider;

/** The version that the build has put into the jar's manifest. */
final class ProgramVersion implements IVersionProvider {

    @Override
    public String[] getVersion() {
        String version = Gibbon.class.getPackage().getImplementationVersion();
        return new String[] {"gibbon " + (version == null ? "(not packaged)" : version)};
    }
}
