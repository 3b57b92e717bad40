"""The table, and the file that gathers all tables."""

import resource
from dataclasses import dataclass
from statistics import median
from typing import Optional

from .comparison import Comparison
from .images import MIB
from .row import Row

_HEADER = """\
# Results

Appended by [`bench/run`](README.md), newest last. Compare ratios, and only within one table: machines are noisy.
"""

_COLUMNS = ["row", "work", "ctl vm", "peer", "peer is", "ratio", "at most", "MiB, ctl vm / peer", "checked"]


@dataclass(frozen=True)
class Outcome:
    """What became of a row: a comparison, a reason to leave it out, or a failure."""

    row: Row
    comparison: Optional[Comparison] = None
    left_out: str = ""
    failure: str = ""


def section(title, facts, outcomes):
    """A section of Markdown: title, facts, table, and a line for each row that is not in the table."""
    compared = [outcome for outcome in outcomes if outcome.comparison]
    lines = [f"## {title}", "", *facts, ""]
    if compared:
        lines += [_line(_COLUMNS), _line(["---"] * len(_COLUMNS)), *map(_table_line, compared), ""]
    lines += [f"- `{outcome.row.name}` left out: {outcome.left_out}" for outcome in outcomes if outcome.left_out]
    lines += [f"- `{outcome.row.name}` **failed**: {outcome.failure}" for outcome in outcomes if outcome.failure]
    return "\n".join(lines).rstrip() + "\n"


def record(text, results):
    """Appends a section to the file of results."""
    with open(results, "a", encoding="utf-8") as file:
        if file.tell() == 0:
            file.write(_HEADER)
        file.write("\n" + text)


def _table_line(outcome):
    row, comparison = outcome.row, outcome.comparison
    return _line(
        [
            f"`{row.name}`",
            row.work,
            _times(comparison.ours),
            _times(comparison.peer),
            row.peer,
            f"**{comparison.ratio:.3g}**",
            _verdict(comparison.ratio, row.at_most),
            f"{_peak(comparison.ours)} / {_peak(comparison.peer)}",
            comparison.found,
        ]
    )


def _line(cells):
    return "| " + " | ".join(cells) + " |"


def _times(runs):
    seconds = [run.seconds for run in runs]
    return f"{median(seconds):.3f} s ({min(seconds):.3f}–{max(seconds):.3f})"


def _verdict(ratio, at_most):
    if at_most is None:
        return "–"
    return f"{at_most:g}, {'kept' if ratio <= at_most else '**missed**'}"


def _peak(runs):
    """The most memory that any of the runs took; the kernel counts none below our own."""
    peak_bytes = max(run.peak_bytes for run in runs)
    floor_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return f"{'≤ ' if peak_bytes <= floor_bytes else ''}{peak_bytes / MIB:.0f}"
