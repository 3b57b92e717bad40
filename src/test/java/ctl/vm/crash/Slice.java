package ctl.vm.crash;

import java.util.List;

/** The part of a campaign that was asked for with {@code -Dcrash.slice=3/10}, here the third tenth. */
record Slice(int number, int slices) {

    /** @param usual what it is where none is asked for, such as 1/1 for all */
    static Slice asked(String usual) {
        String[] slice = System.getProperty("crash.slice", usual).split("/");
        return new Slice(Integer.parseInt(slice[0]) - 1, Integer.parseInt(slice[1]));
    }

    <T> List<T> of(List<T> all) {
        System.out.printf("slice %d of %d of %d%n", number + 1, slices, all.size());
        return all.subList(all.size() * number / slices, all.size() * (number + 1) / slices);
    }
}
