/** Parts of what is printed: tables, JSON, escapes, sizes of time and counts. */
package ctl.vm.cli.output;
