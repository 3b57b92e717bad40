/**
 * What the inventory is and what can happen to it: names, sizes, events, the state they fold to, and the rules that
 * decide which events a request makes.
 *
 * <p>Everything here is pure: no file is read, no clock is asked. A new event starts in {@link
 * ctl.vm.inventory.Event}; the compiler then leads to every place that must give it a meaning.
 */
package ctl.vm.inventory;
