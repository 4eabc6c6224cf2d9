package dev.gibbon.core.setting;

import dev.gibbon.core.net.IpPort;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The grammar of one listen setting. The message about its form is that of Kong 1.1, which people
 * and scripts know.
 *
 * @param name the setting in lower case, e.g. {@code stream_listen}
 * @param flags the flags that may follow an address, in the order of the message
 */
record ListenSyntax(String name, List<String> flags) {
    private static final Set<String> UNSUPPORTED = Set.of("proxy_protocol", "http2");

    static final ListenSyntax PROXY =
            new ListenSyntax(
                    "proxy_listen", List.of("ssl", "http2", "proxy_protocol", "transparent"));
    static final ListenSyntax STREAM =
            new ListenSyntax("stream_listen", List.of("proxy_protocol", "transparent"));
    static final ListenSyntax ADMIN =
            new ListenSyntax("admin_listen", List.of("ssl", "http2", "proxy_protocol"));
    static final ListenSyntax FEED = new ListenSyntax("feed_listen", List.of());
    static final ListenSyntax STATUS = new ListenSyntax("status_listen", List.of());

    /** The listeners; none for {@code off}. */
    List<Listener> parse(String value) throws InvalidSetting {
        if (value.strip().equals("off")) {
            return List.of();
        }
        List<Listener> listeners = new ArrayList<>();
        for (String entry : value.split(",", -1)) {
            listeners.add(entry(entry.strip()));
        }
        return List.copyOf(listeners);
    }

    private Listener entry(String entry) throws InvalidSetting {
        String[] words = entry.split("\\s+", -1);
        IpPort address = IpPort.parse(words[0]).orElseThrow(() -> badForm(entry));
        Set<String> given = new HashSet<>();
        for (int i = 1; i < words.length; i++) {
            if (!flags.contains(words[i]) || !given.add(words[i])) {
                throw badForm(entry);
            }
        }
        for (String flag : flags) {
            if (given.contains(flag) && UNSUPPORTED.contains(flag)) {
                throw new InvalidSetting(
                        name + ": '" + flag + "' is not supported yet, got '" + entry + "'");
            }
        }
        return new Listener(address, given.contains("ssl"), given.contains("transparent"));
    }

    private InvalidSetting badForm(String entry) {
        StringBuilder form = new StringBuilder(name + " must be of form: [off] | <ip>:<port>");
        flags.forEach(flag -> form.append(" [").append(flag).append(']'));
        return new InvalidSetting(
                form.append(", [... next entry ...], got '").append(entry).append("'").toString());
    }
}
