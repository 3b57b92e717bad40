package ctl.vm.crash;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What must stand in the folder if the lines of the journal's mirror are all that happened. */
final class Journalled {

    private static final Pattern EVENT = Pattern
            .compile("\"name\":\"(vm-[a-z]+)\",\"version\":\\d+,\"vm\":\"([^\"]+)\"");

    private Journalled() {}

    static Set<String> vms(List<String> lines) {
        Set<String> vms = new TreeSet<>();
        for (String line : lines) {
            Matcher event = EVENT.matcher(line);
            if (event.find()) {
                switch (event.group(1)) {
                    case "vm-arrived", "vm-found" -> vms.add(event.group(2));
                    case "vm-deleted", "vm-vanished" -> vms.remove(event.group(2));
                    default -> {}
                }
            }
        }
        return vms;
    }
}
