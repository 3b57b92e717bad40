package ctl.vm.cli.view;

import ctl.vm.cli.output.Json;

/** What a command could not do although it did the rest: one line for people, the error for programs. */
public record LeftUndone(String message, String nextStep, int exitCode) {

    void write(Json json) {
        json.object("error", error -> error
                .put("message", message)
                .put("nextStep", nextStep)
                .put("exitCode", exitCode));
    }
}
