"""Files from outside: what they are by their content, and whether they may stay."""

from core.uploads.checking import Checked, check_file
from core.uploads.field import DocumentField
from core.uploads.handlers import files_of, takes_files
from core.uploads.kinds import KINDS, FileType, accepted_endings
from core.uploads.names import clean_file_name
from core.uploads.problems import BadFile

__all__ = [
    "KINDS",
    "BadFile",
    "Checked",
    "DocumentField",
    "FileType",
    "accepted_endings",
    "check_file",
    "clean_file_name",
    "files_of",
    "takes_files",
]
