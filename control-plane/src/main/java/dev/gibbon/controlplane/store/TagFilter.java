package dev.gibbon.controlplane.store;

import java.util.List;

/** Which tags an entity must have to be listed. */
public sealed interface TagFilter {

    boolean accepts(List<String> tags);

    /** Whatever it has. */
    record Any() implements TagFilter {
        @Override
        public boolean accepts(List<String> tags) {
            return true;
        }
    }

    /** All of these. */
    record AllOf(List<String> wanted) implements TagFilter {
        public AllOf {
            wanted = List.copyOf(wanted);
        }

        @Override
        public boolean accepts(List<String> tags) {
            return tags.containsAll(wanted);
        }
    }

    /** At least one of these. */
    record OneOf(List<String> wanted) implements TagFilter {
        public OneOf {
            wanted = List.copyOf(wanted);
        }

        @Override
        public boolean accepts(List<String> tags) {
            return wanted.stream().anyMatch(tags::contains);
        }
    }
}
