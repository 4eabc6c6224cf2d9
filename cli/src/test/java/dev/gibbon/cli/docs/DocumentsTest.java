package dev.gibbon.cli.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents point at must be there. */
class DocumentsTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```$");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)]+)\\)");
    private static final Pattern PACKAGE =
            Pattern.compile(
                    "`(?:dev\\.gibbon\\.)?((?:core|controlplane|sidecar)(?:\\.[a-z0-9]+)+)`");
    private static final Pattern TYPE =
            Pattern.compile(
                    "`(?:[a-z0-9]+\\.)*([A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*)(?:\\.[a-z]+)?`");
    private static final Pattern SETTING = Pattern.compile("GIBBON_[A-Z_]+[A-Z]");

    /** Variables of the launcher script, which are no settings of a node. */
    private static final Set<String> LAUNCHER = Set.of("GIBBON_JAVA_HOME", "GIBBON_OPTS");

    @Test
    void everyRelativeLinkLeadsToAFile() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path document : documents()) {
            for (String target : found(LINK, document)) {
                String path = target.replaceFirst("#.*", "");
                if (!target.matches("[a-z]+:.*")
                        && !path.isEmpty()
                        && !Files.exists(document.resolveSibling(path))) {
                    broken.add(document + ": " + target);
                }
            }
        }

        assertThat(broken).isEmpty();
    }

    @Test
    void everyPackageThatTheArchitectureNamesIsThere() throws IOException {
        List<Path> folders = sources().map(Path::getParent).distinct().toList();
        List<String> named = found(PACKAGE, ROOT.resolve("docs/architecture.md"));

        assertThat(named).isNotEmpty();
        assertThat(named)
                .filteredOn(name -> {
                    String folder = "dev/gibbon/" + name.replace('.', '/');
                    return folders.stream().noneMatch(path -> path.endsWith(folder));
                })
                .as("packages that are not there")
                .isEmpty();
    }

    @Test
    void everyTypeThatArchitectureAndDecisionsNameIsThere() throws IOException {
        Set<String> types =
                sources()
                        .map(file -> file.getFileName().toString().replace(".java", ""))
                        .collect(Collectors.toSet());
        List<String> named = new ArrayList<>(found(TYPE, ROOT.resolve("docs/architecture.md")));
        for (Path document : documents()) {
            if (document.startsWith(ROOT.resolve("docs/decisions"))) {
                named.addAll(found(TYPE, document));
            }
        }

        assertThat(named).hasSizeGreaterThan(20);
        assertThat(types).containsAll(named);
    }

    @Test
    void everySettingThatADocumentNamesIsDescribed() throws IOException {
        List<String> described = found(SETTING, ROOT.resolve("docs/settings.md"));
        List<String> unknown = new ArrayList<>();
        String read = mainSources();
        for (Path document : documents()) {
            for (String setting : text(document, SETTING).toList()) {
                boolean known =
                        isOfPods(document)
                                ? read.contains("\"" + setting)
                                : described.contains(setting) || LAUNCHER.contains(setting);
                if (!known) {
                    unknown.add(document + ": " + setting);
                }
            }
        }

        assertThat(unknown).isEmpty();
    }

    /** Programs in Kubernetes have variables of their own, which these pages describe. */
    private static boolean isOfPods(Path document) {
        return document.getFileName().toString().startsWith("kubernetes-");
    }

    private static String mainSources() throws IOException {
        StringBuilder text = new StringBuilder();
        for (Path source : sources().filter(path -> path.toString().contains("/main/")).toList()) {
            text.append(Files.readString(source));
        }
        return text.toString();
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> top = Files.list(ROOT);
                Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(top, docs)
                    .filter(path -> path.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    private static Stream<Path> sources() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path module : modules.toList()) {
                for (String folder : List.of("src/main/java", "src/test/java")) {
                    Path source = module.resolve(folder);
                    if (Files.isDirectory(source)) {
                        try (Stream<Path> all = Files.walk(source)) {
                            all.filter(path -> path.toString().endsWith(".java"))
                                    .forEach(files::add);
                        }
                    }
                }
            }
        }
        return files.stream();
    }

    /** The first groups of all that matches outside of fenced blocks; the whole match without. */
    private static List<String> found(Pattern pattern, Path document) throws IOException {
        String prose = FENCED.matcher(Files.readString(document)).replaceAll("");
        return pattern.matcher(prose).results().map(DocumentsTest::firstGroup).toList();
    }

    /** All that matches, fenced blocks included. */
    private static Stream<String> text(Path document, Pattern pattern) {
        try {
            return pattern.matcher(Files.readString(document)).results().map(MatchResult::group);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String firstGroup(MatchResult match) {
        return match.groupCount() > 0 ? match.group(1) : match.group();
    }
}
