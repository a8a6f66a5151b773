"""DuckDB with everything shut that is not needed."""

import os
from pathlib import Path

import duckdb

MEMORY_LIMIT = "2GB"


def connect(temp: Path, readable: tuple[Path, ...] = ()) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB that can reach only the folders it is given.

    Parameters
    ----------
    temp : Path
        Folder that it may spill to and write to.
    readable : tuple of Path
        Folders or files to read (DuckDB can't tell reading from writing here).

    Notes
    -----
    The order matters: once external access is off, it can't be widened.
    """
    con = duckdb.connect()
    con.execute(f"SET threads = {max(1, min(8, os.cpu_count() or 1))}")
    con.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
    con.execute("SET preserve_insertion_order = false")
    con.execute("SET enable_progress_bar = false")
    # The day of a moment must not depend on where the machine stands.
    con.execute("SET TimeZone = 'UTC'")
    con.execute("SET temp_directory = ?", [str(temp)])
    con.execute("SET autoinstall_known_extensions = false")
    con.execute("SET autoload_known_extensions = false")
    con.execute("SET allow_community_extensions = false")
    con.execute("SET allow_persistent_secrets = false")
    con.execute("SET python_enable_replacements = false")
    folders = [str(path) for path in (temp, *readable) if path.is_dir()]
    con.execute("SET allowed_directories = ?", [folders])
    con.execute("SET allowed_paths = ?", [[str(path) for path in readable if path.is_file()]])
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")
    return con
