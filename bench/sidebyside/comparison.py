"""Our command and the peer's, run in turns."""

from dataclasses import dataclass
from statistics import median

from .measurement import Measurement


@dataclass(frozen=True)
class Comparison:
    """What both commands of a row took, round by round, and what the check of their results found."""

    ours: list[Measurement]
    peer: list[Measurement]
    found: str

    @property
    def ratio(self):
        """The median of our times divided by the median of the peer's."""
        return median(run.seconds for run in self.ours) / median(run.seconds for run in self.peer)


def compare(row, rounds, announce):
    """
    Runs the commands of a prepared row in turns, ours first: one warm-up, whose results are checked, then the rounds.

    They take turns because a machine grows faster and slower by the minute: both get their share of that.
    """
    announce("warm-up")
    _run_ours(row)
    _run_peer(row)
    announce("checking the results")
    found = row.check()
    ours, peer = [], []
    for number in range(1, rounds + 1):
        announce(f"round {number} of {rounds}")
        ours.append(_run_ours(row))
        peer.append(_run_peer(row))
    return Comparison(ours, peer, found)


def _run_ours(row):
    row.reset_ours()
    row.workplace.settle()
    return row.workplace.measure(row.our_command(), row.our_output)


def _run_peer(row):
    row.reset_peer()
    row.workplace.settle()
    return row.workplace.measure(row.peer_command(), row.peer_output)
