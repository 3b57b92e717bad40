/** Results as text, JSON and CSV: one class for each form of a result. Nothing is looked up here. */
package ctl.vm.cli.view;
