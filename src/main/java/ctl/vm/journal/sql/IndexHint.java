package ctl.vm.journal.sql;

/**
 * Whether queries name the index that they walk along: the one thing in which the engines that run them differ. It
 * stands behind the name of a table.
 */
public enum IndexHint {

    /** For a planner that would otherwise read all rows of a long table and sort them. */
    USE_INDEX,
    /** For a planner that counts rows, and needs no help. */
    NONE;

    String on(String index) {
        return switch (this) {
            case USE_INDEX -> " USE INDEX (" + index + ")";
            case NONE -> "";
        };
    }
}
