"""All rows, in the order of the table."""

from .image_rows import CloneDense, CloneSparse, Export, Import, ImportForeign
from .start_rows import Create, Delete, List

ROWS = [CloneDense, CloneSparse, Export, Import, ImportForeign, List, Create, Delete]
