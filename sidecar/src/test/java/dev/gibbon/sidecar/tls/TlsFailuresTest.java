package dev.gibbon.sidecar.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

class TlsFailuresTest {
    @Test
    void whatIsSaidIsTheInnermostMessageAndNeverTheWordNull() {
        assertThat(
                        TlsFailures.describe(
                                new SSLException("outer", new CertificateException("inner"))))
                .isEqualTo("inner");
        assertThat(TlsFailures.describe(new IOException(new ClosedChannelException())))
                .isEqualTo("the connection was closed");
        assertThat(TlsFailures.describe(new IllegalStateException()))
                .isEqualTo("IllegalStateException");
        assertThat(TlsFailures.describe(null)).isEqualTo("unknown");
    }
}
