package dev.gibbon.core.route;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A radix tree: finds every stored string that a text starts with, shortest first, in time that
 * depends on the length of the text only. Immutable.
 *
 * <p>A node is one branching point; walking from {@link #root} with {@link Node#next} visits the
 * nodes along the text.
 */
final class PrefixTree<V> {
    private final @Nullable Node<V> root;

    private PrefixTree(@Nullable Node<V> root) {
        this.root = root;
    }

    static <V> PrefixTree<V> of(SortedMap<String, V> values) {
        if (values.isEmpty()) {
            return new PrefixTree<>(null);
        }
        List<Map.Entry<String, V>> entries = new ArrayList<>(values.entrySet());
        return new PrefixTree<>(node(entries, 0));
    }

    private static <V> Node<V> node(List<Map.Entry<String, V>> entries, int start) {
        String first = entries.getFirst().getKey();
        int end = commonLength(first, entries.getLast().getKey());
        int from = 0;
        V value = null;
        if (first.length() == end) {
            value = entries.getFirst().getValue();
            from = 1;
        }
        List<Node<V>> children = new ArrayList<>();
        while (from < entries.size()) {
            char branch = entries.get(from).getKey().charAt(end);
            int to = from + 1;
            while (to < entries.size() && entries.get(to).getKey().charAt(end) == branch) {
                to++;
            }
            children.add(node(entries.subList(from, to), end));
            from = to;
        }
        return new Node<>(first.substring(start, end), end, value, children);
    }

    /** The sorted order makes what the first and the last share common to all between them. */
    private static int commonLength(String first, String last) {
        int mismatch = Arrays.mismatch(first.toCharArray(), last.toCharArray());
        return mismatch < 0 ? first.length() : mismatch;
    }

    boolean isEmpty() {
        return root == null;
    }

    /** The first node along this text; null when the text lacks what all stored strings share. */
    @Nullable Node<V> root(String text) {
        return root != null && text.startsWith(root.label) ? root : null;
    }

    /** A place where stored strings end or part. */
    static final class Node<V> {
        private final String label;
        private final int end;
        private final @Nullable V value;
        private final char[] branches;
        private final List<Node<V>> children;

        private Node(String label, int end, @Nullable V value, List<Node<V>> children) {
            this.label = label;
            this.end = end;
            this.value = value;
            this.children = List.copyOf(children);
            this.branches = new char[children.size()];
            for (int i = 0; i < branches.length; i++) {
                branches[i] = children.get(i).label.charAt(0);
            }
        }

        /** How many characters of the text lead here. */
        int end() {
            return end;
        }

        /** What is stored under these characters; null for nothing. */
        @Nullable V value() {
            return value;
        }

        /** The next node along this text, which must have led here; null when there is none. */
        @Nullable Node<V> next(String text) {
            if (end >= text.length() || branches.length == 0) {
                return null;
            }
            int index = Arrays.binarySearch(branches, text.charAt(end));
            if (index < 0) {
                return null;
            }
            Node<V> child = children.get(index);
            return text.startsWith(child.label, end) ? child : null;
        }
    }
}
