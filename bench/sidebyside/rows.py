"""All rows, in the order of the table."""

from .clone_rows import CloneBtrfs, CloneEmpty, CloneSparse64, CloneXfs
from .image_rows import CloneDense, CloneSparse, Export, Import, ImportForeign
from .start_rows import Create, Delete, List

CLONES = [CloneDense, CloneSparse, CloneSparse64, CloneBtrfs, CloneXfs, CloneEmpty]

ROWS = [*CLONES, Export, Import, ImportForeign, List, Create, Delete]
