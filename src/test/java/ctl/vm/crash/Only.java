package ctl.vm.crash;

/**
 * The part of a campaign that was asked for by name: {@code -Dcrash.only=clone} for a scenario,
 * {@code -Dcrash.only="clone renameat2 1"} for one try of it.
 */
record Only(String name) {

    static Only asked() {
        return new Only(System.getProperty("crash.only", ""));
    }

    boolean isAll() {
        return name.isEmpty();
    }

    boolean hasSomeOf(Scenario scenario) {
        return isAll() || name.equals(scenario.name()) || name.startsWith(scenario.name() + " ");
    }

    /** @param one starts with the name of its scenario */
    boolean has(Scenario scenario, Object one) {
        return isAll() || name.equals(scenario.name()) || name.equals(one.toString());
    }
}
