package ctl.vm.operation.query;

import ctl.vm.problem.Problem;
import java.util.Optional;

/** What {@code resume} would do about an interrupted operation now, as far as that can be seen beforehand. */
public sealed interface NextStep {

    /** For programs: one word. */
    String kind();

    /** What is in the way. */
    default Optional<Problem> problem() {
        return Optional.empty();
    }

    /** It goes on to its end. */
    record Finish() implements NextStep {
        @Override
        public String kind() {
            return "finish";
        }
    }

    /** All is done but the record. */
    record Record() implements NextStep {
        @Override
        public String kind() {
            return "record";
        }
    }

    /** It cannot go on as things stand, and stays as it is. */
    record Stop(Problem why) implements NextStep {
        @Override
        public String kind() {
            return "stop";
        }

        @Override
        public Optional<Problem> problem() {
            return Optional.of(why);
        }
    }

    /** It can never go on, and is taken back. */
    record TakeBack(Problem why) implements NextStep {
        @Override
        public String kind() {
            return "take-back";
        }

        @Override
        public Optional<Problem> problem() {
            return Optional.of(why);
        }
    }
}
