"""All rows, in the order of the table."""

from .audit_rows import AuditTime, AuditUser, AuditVm
from .clone_rows import CloneBtrfs, CloneEmpty, CloneSparse64, CloneXfs
from .crowd_rows import CreateAtOnce, CreateBesideAudit, CreateBesideLoad, CreateInLoops, ListBesideCreate
from .export_rows import ExportFast, ExportGz, ExportQcow2, ExportSparse64, ExportZip, ExportZst
from .folder_rows import FOLDERS
from .image_rows import (
    CloneDense,
    CloneSparse,
    Import,
    ImportBzip2,
    ImportForeign,
    ImportLz4,
    ImportQcow2,
    ImportQcow2Plain,
    ImportRawXz,
    ImportRawZst,
    ImportXz,
    ImportXzOne,
    ImportZst,
)
from .long_rows import CreateLong, ListLong, ListUnlisted, RebuildDatabase, RebuildLong, VerifyLong
from .start_rows import Audit, Completion, Create, Delete, Help, List
from .team_rows import TEAM

CLONES = [CloneDense, CloneSparse, CloneSparse64, CloneBtrfs, CloneXfs, CloneEmpty]
EXPORTS = [ExportGz, ExportFast, ExportZip, ExportZst, ExportQcow2, ExportSparse64]
AUDITS = [AuditVm, AuditUser, AuditTime]
LONG = [ListLong, ListUnlisted, CreateLong, VerifyLong, RebuildLong, RebuildDatabase]
CROWDS = [CreateAtOnce, CreateInLoops, CreateBesideAudit, CreateBesideLoad, ListBesideCreate]
STARTS = [List, Help, Completion, Create, Delete, Audit]
IMPORTS = [Import, ImportForeign, ImportZst, ImportXz, ImportXzOne, ImportBzip2, ImportLz4, ImportRawZst, ImportRawXz]
IMPORTS += [ImportQcow2, ImportQcow2Plain]

ROWS = [*CLONES, *EXPORTS, *IMPORTS, *STARTS, *CROWDS, *FOLDERS, *AUDITS, *LONG, *TEAM]
