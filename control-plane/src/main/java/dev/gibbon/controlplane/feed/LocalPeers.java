package dev.gibbon.controlplane.feed;

import dev.gibbon.controlplane.authority.Applicant;
import dev.gibbon.core.log.Log;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.PeerCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Who may use the Unix socket: root and the control plane's own user, as the kernel says ({@code
 * SO_PEERCRED}, unix(7)). A socket in the abstract name space has no file mode that would say it.
 */
record LocalPeers(int ownUid) {

    static LocalPeers ofThisProcess() throws IOException {
        Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        return new LocalPeers((Integer) uid);
    }

    boolean admits(int uid) {
        return uid == 0 || uid == ownUid;
    }

    /** Who the peer of an accepted connection is; one that is not admitted is logged. */
    Applicant applicant(EpollDomainSocketChannel channel, Log log) throws IOException {
        PeerCredentials peer = channel.peerCredentials();
        if (admits(peer.uid())) {
            return new Applicant.Local();
        }
        log.warn(
                "local peer refused",
                "uid",
                peer.uid(),
                "pid",
                peer.pid(),
                "expected",
                ownUid == 0 ? "uid 0" : "uid 0 or " + ownUid);
        return new Applicant.OtherUser(peer.uid(), ownUid);
    }
}
