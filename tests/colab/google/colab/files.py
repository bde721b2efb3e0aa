"""Hand a file to the browser; here, to the folder ``downloads``."""

import os
import shutil


def download(filename: str) -> None:
    """Copy a file to where the test looks for it.

    Raises:
        FileNotFoundError: when there is no such file.

    """
    if not os.path.exists(filename):
        raise FileNotFoundError(f"Cannot find file: {filename}")
    os.makedirs("downloads", exist_ok=True)
    shutil.copy(filename, "downloads")
