package ctl.vm.inventory.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ImageDigestTest {

    private static final Sha256 CONTENT = Sha256.over(new byte[] {1, 2, 3});

    /** What anybody can compute with sha256sum: see docs/events.md. */
    @Test
    void chain_ofOneWindow_isAsDocumented() {
        byte[] two = {2, 0, 0, 0, 0, 0, 0, 0};
        byte[] size = {0, 0, 0x40, 0, 0, 0, 0, 0};
        Sha256 state = Sha256.over(new byte[32], two, CONTENT.bytes());

        assertThat(ImageDigest.Chain.START.with(2, CONTENT).end(new ByteCount(4 << 20)))
                .isEqualTo(new ImageDigest(Sha256.over(state.bytes(), size)));
    }

    @Test
    void images_ofTheSameWindowsAndAnotherSize_areNotTheSame() {
        ImageDigest.Chain chain = ImageDigest.Chain.START.with(0, CONTENT);

        assertThat(chain.end(new ByteCount(3))).isNotEqualTo(chain.end(new ByteCount(4)));
    }

    @Test
    void text_isReadBack() {
        ImageDigest digest = ImageDigest.Chain.START.end(ByteCount.ZERO);

        assertThat(digest.toString()).startsWith("sha256-1m:").hasSize(74);
        assertThat(ImageDigest.parse(digest.toString())).isEqualTo(digest);
    }

    @Test
    void text_ofAnythingElse_isRefused() {
        assertThatThrownBy(() -> ImageDigest.parse("md5:00")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ImageDigest.parse("sha256-1m:00")).isInstanceOf(IllegalArgumentException.class);
    }
}
