"""The parts of bench/run: rows and what they compare, how a command is measured, how results are reported."""
