/** The program's entry: wiring and exit code. */
package ctl;
