package dev.gibbon.controlplane.admin;

import dev.gibbon.controlplane.store.PageRequest;
import dev.gibbon.controlplane.store.TagFilter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the query of a listing asks for: {@code size}, {@code offset}, {@code tags}. */
sealed interface ListQuery {
    /** More tags in one filter are refused, as in Kong. */
    int MAX_TAGS = 5;

    /**
     * A query that can be answered.
     *
     * @param tagText the filter as it was given, to be repeated in {@code next}; null for none
     */
    record Wanted(PageRequest page, TagFilter tags, @Nullable String tagText)
            implements ListQuery {}

    /** A query that cannot. */
    record Unreadable(AdminResponse answer) implements ListQuery {}

    Pattern NUMBER = Pattern.compile("-?[0-9]{1,9}");
    Pattern REAL = Pattern.compile("-?[0-9]*\\.?[0-9]+([eE][0-9]+)?");
    Pattern TAG = Pattern.compile("[A-Za-z0-9._~-]+");

    /** Reads a query; arguments that mean nothing here are ignored. */
    static ListQuery read(String query) {
        Optional<List<UrlEncoded.Argument>> arguments = UrlEncoded.read(query);
        if (arguments.isEmpty()) {
            return new Unreadable(
                    AdminResponse.message(
                            400,
                            "too many arguments (expected: at most "
                                    + UrlEncoded.MAX_ARGUMENTS
                                    + ")"));
        }
        int size = PageRequest.DEFAULT_SIZE;
        Optional<UUID> after = Optional.empty();
        TagFilter tags = new TagFilter.Any();
        String tagText = null;
        for (UrlEncoded.Argument argument : arguments.get()) {
            String value = argument.value();
            switch (argument.name()) {
                case "size" -> {
                    String wrong = checkSize(value);
                    if (wrong != null) {
                        return new Unreadable(ApiErrors.invalidSize(wrong));
                    }
                    size = Integer.parseInt(value);
                }
                case "offset" -> {
                    after = offset(value);
                    if (after.isEmpty()) {
                        return new Unreadable(ApiErrors.invalidOffset(value));
                    }
                }
                case "tags" -> {
                    Optional<TagFilter> filter = tags(value);
                    if (filter.isEmpty()) {
                        return new Unreadable(
                                ApiErrors.invalidTags(
                                        value.isEmpty()
                                                ? "cannot be null"
                                                : "invalid filter syntax"));
                    }
                    tags = filter.get();
                    tagText = value;
                }
                default -> {}
            }
        }
        return new Wanted(new PageRequest(size, after), tags, tagText);
    }

    private static @Nullable String checkSize(String text) {
        boolean whole = NUMBER.matcher(text).matches();
        if (!whole && !REAL.matcher(text).matches()) {
            return "size must be a number";
        }
        boolean inRange =
                whole
                        && Integer.parseInt(text) >= 1
                        && Integer.parseInt(text) <= PageRequest.MAX_SIZE;
        return inRange ? null : "size must be an integer between 1 and " + PageRequest.MAX_SIZE;
    }

    /** The opaque text that stands for the page after this id. */
    static String offset(UUID last) {
        return Base64.getEncoder()
                .encodeToString(last.toString().getBytes(StandardCharsets.US_ASCII));
    }

    private static Optional<UUID> offset(String text) {
        try {
            String id = new String(Base64.getDecoder().decode(text), StandardCharsets.US_ASCII);
            return id.length() == 36 ? Optional.of(UUID.fromString(id)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<TagFilter> tags(String text) {
        boolean any = text.indexOf('/') >= 0;
        List<String> wanted = List.of(text.split(any ? "/" : ",", -1));
        boolean sound =
                wanted.size() <= MAX_TAGS
                        && wanted.stream().allMatch(tag -> TAG.matcher(tag).matches());
        if (!sound) {
            return Optional.empty();
        }
        return Optional.of(any ? new TagFilter.OneOf(wanted) : new TagFilter.AllOf(wanted));
    }
}
