package ctl.vm.durable;

/** One change of a {@link ForgetfulDisk}, which a power cut or a fault can hit. */
interface Act {

    void whole();

    /** As far as it gets when power fails in its middle. What is atomic does nothing. @param share from 0 to below 1 */
    default void part(double share) {}

    /** As far as it gets when the disk answers with a fault. */
    default void failed() {
        part(0.5);
    }
}
