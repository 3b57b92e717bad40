package ctl.vm.cli;

import ctl.vm.commandline.Option;

/** The option of whatever reads images or takes them away. */
final class WhileInUse {

    static final Option OPTION = Option.flag("--while-in-use",
            "Go on although a process has an image open. A copy still fails if that is written to meanwhile.");

    private WhileInUse() {}
}
