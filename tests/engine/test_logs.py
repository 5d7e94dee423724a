# SPDX-License-Identifier: MIT
"""The log: bounded, rotating, without secrets; what a fault of compiled code leaves."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from crmdesk.engine.logs import MOST_BYTES, NATIVE, OLDER, Log, log_text, native_crash

pytestmark = pytest.mark.allow_log


def test_secrets_are_masked_also_in_tracebacks(tmp_path: Path) -> None:
    log = Log(tmp_path)
    try:
        log.redactor.add("s3cretKey")
        try:
            raise ValueError("wrong key s3cretKey")
        except ValueError:
            logging.getLogger("crmdesk").exception("with s3cretKey and password=hunter2")
    finally:
        log.close()
    text = log_text(tmp_path)
    assert "ValueError" in text
    assert "s3cretKey" not in text
    assert "hunter2" not in text


def test_what_goes_to_the_terminal_is_masked_as_well(tmp_path: Path) -> None:
    """Desktops keep what their programs print."""
    code = (
        "import logging, sys; from pathlib import Path; from crmdesk.engine.logs import Log\n"
        "logging.basicConfig(format='%(levelname)s %(message)s')\n"
        "log = Log(Path(sys.argv[1])); log.redactor.add('s3cretKey')\n"
        "logging.getLogger('crmdesk').error('with %s', 's3cretKey'); log.close()\n"
        "logging.getLogger('crmdesk').error('as before')"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stderr.splitlines() == ["ERROR with •••", "ERROR as before"]


def test_the_log_is_bounded(tmp_path: Path) -> None:
    log = Log(tmp_path)
    try:
        for number in range(300):
            logging.getLogger("crmdesk").warning("%d %s", number, "x" * 12_000)
    finally:
        log.close()
    files = [path for path in tmp_path.iterdir() if path.name != NATIVE]
    assert len(files) == OLDER + 1
    assert sum(path.stat().st_size for path in files) <= (OLDER + 1) * (MOST_BYTES + 20_000)
    assert log_text(tmp_path).endswith("x" * 100 + "\n")


def test_after_the_end_nothing_is_written(tmp_path: Path) -> None:
    log = Log(tmp_path)
    log.close()
    logging.getLogger("crmdesk").warning("late")
    assert "late" not in log_text(tmp_path)


def test_a_folder_that_cannot_be_made_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    log = Log(tmp_path / "file" / "logs")
    logging.getLogger("crmdesk").warning("nowhere")
    log.close()
    assert log_text(tmp_path / "file" / "logs") == native_crash(tmp_path / "file" / "logs") == ""


def test_a_fault_of_compiled_code_leaves_where_it_was(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from crmdesk.engine.logs import Log; import faulthandler\n"
        "log = Log(Path(sys.argv[1]))\n"
        "def somewhere(): faulthandler._sigsegv()\n"
        "somewhere()\n"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=root, capture_output=True, timeout=60)
    assert done.returncode != 0
    assert "somewhere" in native_crash(tmp_path)
