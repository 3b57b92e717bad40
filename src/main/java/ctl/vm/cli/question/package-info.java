/**
 * Questions to the team's server, which {@code --team} and {@code --in ROOT} ask instead of the root: each is asked, and
 * its answer printed. What a root alone can know, such as the space that images take, is left out.
 */
package ctl.vm.cli.question;
