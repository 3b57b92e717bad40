"""All rows, in the order of the table."""

from .export_rows import ExportFast, ExportGz, ExportSparse64, ExportZip, ExportZst
from .image_rows import CloneDense, CloneSparse, Import, ImportForeign
from .start_rows import Create, Delete, List

ROWS = [
    CloneDense,
    CloneSparse,
    ExportGz,
    ExportFast,
    ExportZip,
    ExportZst,
    ExportSparse64,
    Import,
    ImportForeign,
    List,
    Create,
    Delete,
]
