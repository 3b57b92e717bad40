package ctl.vm.cli.view;

import ctl.vm.cli.output.Json;
import ctl.vm.cli.problem.ProblemText;
import ctl.vm.operation.query.NextStep;
import ctl.vm.reconcile.InterruptedChanges.Outlook;

/** Describes what would become of interrupted operations, for people and as JSON. */
public final class OutlookView {

    private OutlookView() {}

    /** In one line, with the command. */
    public static String hint(Outlook outlook) {
        return "%s was interrupted: \"ctl vm resume %s\" %s".formatted(
                outlook.operation().request().describe(), outlook.operation().id(), describe(outlook.next()));
    }

    /** What {@code resume} would do, as a predicate. */
    public static String describe(NextStep next) {
        return switch (next) {
            case NextStep.Finish _ -> "finishes it";
            case NextStep.Record _ -> "records it, as all else is done";
            case NextStep.Stop(var why) -> "does not finish it: " + ProblemText.of(why).message();
            case NextStep.TakeBack(var why) -> "takes it back: " + ProblemText.of(why).message();
        };
    }

    /** What a plan says of it. */
    public static String plan(NextStep next) {
        return switch (next) {
            case NextStep.Finish _ -> "to be finished";
            case NextStep.Record _ -> "to be recorded, as all else is done";
            case NextStep.Stop(var why) -> "to be left: " + ProblemText.of(why).message();
            case NextStep.TakeBack(var why) -> "to be taken back: " + ProblemText.of(why).message();
        };
    }

    static void write(Json json, Outlook outlook) {
        json.put("id", outlook.operation().id())
                .put("what", outlook.operation().request().describe());
        writeNext(json, outlook);
    }

    static void writeNext(Json json, Outlook outlook) {
        json.put("next", outlook.next().kind())
                .put("why", outlook.next().problem().map(why -> ProblemText.of(why).message()))
                .list("changes", outlook.changes(), FindingView::write);
    }
}
