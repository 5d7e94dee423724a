# SPDX-License-Identifier: MIT
"""The composition root: no display, commands without Qt, nothing slow before the first picture, what is remembered."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


_HANGS_S = 600  # no figure: it ends a test that would never end


def run(*words: str, code: str = "", **environ: str) -> "subprocess.CompletedProcess[str]":
    """The program, or some Python with its code, in a process of its own."""
    kept = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    command = [sys.executable, "-c", code, *words] if code else [sys.executable, "-m", "crmdesk", *words]
    return subprocess.run(
        command, env={**kept, "PYTHONPATH": str(ROOT), **environ}, capture_output=True, text=True, timeout=_HANGS_S
    )


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")
def test_without_a_display_it_says_so_in_one_sentence() -> None:
    done = run()
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "no display" in done.stderr
    assert "--screenshots" in done.stderr


def test_version() -> None:
    from crmdesk import __version__

    done = run("--version")
    assert done.returncode == 0
    assert __version__ in done.stdout


def test_a_command_imports_no_qt() -> None:
    code = (
        "import sys; from crmdesk.app import main; code = main(['vendors'])\n"
        "assert code == 0; bad = [m for m in sys.modules if m.startswith(('PySide6', 'qasync'))]; assert not bad, bad"
    )
    done = run(code=code)
    assert done.returncode == 0, done.stderr


def test_nothing_slow_is_imported_before_the_first_picture(tmp_path: Path) -> None:
    code = (
        "import sys, os\n"
        "os.environ['QT_QPA_PLATFORM'] = 'offscreen'\n"
        "from crmdesk import app\n"
        "window = app.build(app.application(), temporary=True)[0]\n"
        "window.show(); window.grab()\n"
        "slow = ('requests', 'keyring', 'zeep', 'sqlglot', 'openpyxl', 'rapidfuzz', 'urllib3', 'crmdesk.domain.values')\n"
        "bad = sorted(m for m in slow if m in sys.modules); assert not bad, bad\n"
        "os._exit(0)\n"
    )
    done = run(code=code, CRMDESK_CONFIG_DIR=str(tmp_path), CRMDESK_DATA_DIR=str(tmp_path))
    assert done.returncode == 0, done.stderr


def test_scheme_and_text_size_of_the_last_time(tmp_path: Path) -> None:
    (tmp_path / "window.ini").write_text("[General]\nscheme=dark\ntext_scale=1.3\n")
    code = (
        "import os\n"
        "os.environ['QT_QPA_PLATFORM'] = 'offscreen'\n"
        "from crmdesk import app\n"
        "window = app.build(app.application(), temporary=False)[0]\n"
        "from crmdesk.ui.theme import theme\n"
        "print(theme().scheme.value, theme().text_scale, flush=True); os._exit(0)\n"
    )
    done = run(code=code, CRMDESK_CONFIG_DIR=str(tmp_path), CRMDESK_DATA_DIR=str(tmp_path))
    assert done.stdout.split() == ["dark", "1.3"], done.stderr


def test_settings_that_make_no_sense_are_left_aside(tmp_path: Path) -> None:
    (tmp_path / "window.ini").write_text(
        "[General]\nscheme=pink\ntext_scale=huge\ngeometry=nonsense\n[sizes]\nside=a, b\n"
    )
    code = (
        "import os\n"
        "os.environ['QT_QPA_PLATFORM'] = 'offscreen'\n"
        "from crmdesk import app\n"
        "window = app.build(app.application(), temporary=False)[0]\n"
        "window.show(); window.body; window.grab(); print('shown', flush=True); os._exit(0)\n"
    )
    done = run(code=code, CRMDESK_CONFIG_DIR=str(tmp_path), CRMDESK_DATA_DIR=str(tmp_path))
    assert done.stdout.strip() == "shown", done.stderr[-800:]


def test_a_tour_that_fails_says_so_and_ends_with_1(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from crmdesk.ui import tour\n"
        "async def screens(self):\n"
        "    raise tour.TourFailed('the table did not come')\n"
        "tour.Tour.screens = screens\n"
        "from crmdesk.app import main\n"
        "sys.exit(main(['--demo', '--screenshots', sys.argv[1]]))\n"
    )
    done = run(str(tmp_path / "shots"), code=code)
    assert done.returncode == 1
    assert done.stderr == "crmdesk: the tour ended early: the table did not come\n"


@pytest.mark.slow
def test_the_tour_writes_its_pictures(tmp_path: Path) -> None:
    done = run("--demo", "--screenshots", str(tmp_path / "shots"))
    assert done.returncode == 0, done.stderr
    pictures = sorted((tmp_path / "shots").glob("*.png"))
    assert len(pictures) >= 8
    assert all(picture.stat().st_size > 10_000 for picture in pictures)
