package dev.gibbon.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ProcessMemoryTest {
    /** As Linux 6 writes it. */
    private static final String ROLLUP =
            """
            00400000-7fff8d5fe000 ---p 00000000 00:00 0                              [rollup]
            Rss:               66816 kB
            Pss:               41373 kB
            Pss_Dirty:         38144 kB
            Pss_Anon:          38012 kB
            Shared_Clean:      27664 kB
            Private_Dirty:     38144 kB
            Anonymous:         38013 kB
            AnonHugePages:         0 kB
            SwapPss:               0 kB
            """;

    @Test
    void fieldsAreTakenByTheirWholeName() {
        assertThat(ProcessMemory.parse(ROLLUP)).isEqualTo(new ProcessMemory(66816, 41373, 38013));
    }

    @Test
    void whatIsNotThereIsSaid() {
        assertThatThrownBy(() -> ProcessMemory.parse(""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no Rss in kB");
    }
}
