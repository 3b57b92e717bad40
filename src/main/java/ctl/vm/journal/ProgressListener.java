package ctl.vm.journal;

/** Told how far a long look at the journal has come. */
public interface ProgressListener {

    ProgressListener NONE = new ProgressListener() {
        @Override
        public void begin(String step, long bytes) {}

        @Override
        public void advance(long bytes) {}
    };

    /** @param bytes about so many will be reported by {@link #advance} */
    void begin(String step, long bytes);

    void advance(long bytes);
}
