package ctl.vm.journal;

/** Learns how far a long pass over the journal has come. */
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
