package dev.gibbon.operator.inject;

/** Text of a stranger in a message: between quotes, short, printable ASCII. */
final class Quoted {
    private static final int MAX_LENGTH = 80;

    private Quoted() {}

    static String of(String text) {
        StringBuilder out = new StringBuilder("\"");
        text.codePoints()
                .limit(MAX_LENGTH)
                .forEach(c -> {
                    if (c == '"' || c == '\\') {
                        out.append('\\').append((char) c);
                    } else if (c >= ' ' && c < 0x7f) {
                        out.append((char) c);
                    } else {
                        out.append("\\u{").append(Integer.toHexString(c)).append('}');
                    }
                });
        boolean cut = text.codePoints().count() > MAX_LENGTH;
        return out.append(cut ? "\"..." : "\"").toString();
    }
}
