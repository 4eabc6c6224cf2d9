package dev.gibbon.sidecar.http;

/** Character classes of RFC 9110 section 5.6.2. */
final class Tokens {
    private static final boolean[] TCHAR = new boolean[128];

    static {
        for (char c = '0'; c <= '9'; c++) {
            TCHAR[c] = true;
        }
        for (char c = 'a'; c <= 'z'; c++) {
            TCHAR[c] = true;
        }
        for (char c = 'A'; c <= 'Z'; c++) {
            TCHAR[c] = true;
        }
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
            TCHAR[c] = true;
        }
    }

    private Tokens() {}

    static boolean isTokenChar(char c) {
        return c < 128 && TCHAR[c];
    }

    /** Whether the part is a token: at least one character, all of them token characters. */
    static boolean isToken(String text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (!isTokenChar(text.charAt(i))) {
                return false;
            }
        }
        return end > start;
    }

    static boolean isDigits(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
