package ctl.vm.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three things that are open, of which the first and the last cannot be closed without a failure. */
class OpenResourcesTest {

    private final List<String> closed = new ArrayList<>();
    private final OpenResources open = new OpenResources();

    @BeforeEach
    void open() {
        open.add(() -> fail("first"));
        open.add(() -> closed.add("second"));
        open.add(() -> fail("third"));
    }

    @Test
    void close_whereSomeFail_closesAllAndReportsEachFailure() {
        assertThatThrownBy(open::close)
                .hasMessage("third")
                .satisfies(failed -> assertThat(failed.getSuppressed()).extracting(Throwable::getMessage)
                        .containsExactly("first"));

        assertThat(closed).containsExactly("third", "second", "first");
    }

    @Test
    void opening_thatFails_closesWhatIsOpenAndReportsWhyItFailed() {
        assertThatThrownBy(() -> open.orClose(() -> {
            throw new IllegalStateException("fourth");
        })).hasMessage("fourth").satisfies(failed -> assertThat(failed.getSuppressed()).hasSize(1));

        assertThat(closed).containsExactly("third", "second", "first");
    }

    @Test
    void closingAgain_closesNothing() {
        assertThatThrownBy(open::close).isInstanceOf(IllegalStateException.class);
        open.close();

        assertThat(closed).hasSize(3);
    }

    private void fail(String name) {
        closed.add(name);
        throw new IllegalStateException(name);
    }
}
