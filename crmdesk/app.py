# SPDX-License-Identifier: MIT
"""The composition root: arguments, then either a command without a window, or Qt, loop, engine and window.

Everything slow to import is imported where it is first needed, so that the window stands early.
"""

import argparse
import gc
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QApplication

    from crmdesk.demo.server import DemoServer
    from crmdesk.engine.desk import Desk
    from crmdesk.engine.profiles import Profile
    from crmdesk.engine.settings import Settings
    from crmdesk.ui.formats import Formats
    from crmdesk.ui.main_window import MainWindow
    from crmdesk.ui.support.guard import Guard


# What the window needs to do anything, in the order of need and in bites of some 50 ms.
_ROOMS = (
    "asyncio",
    "qasync",
    "crmdesk.engine.profiles",
    "crmdesk.domain.changes",
    "crmdesk.domain.planning",
    "crmdesk.connectors.port",
    "crmdesk.engine.session",
    "crmdesk.engine.desk",
    "crmdesk.ui.table.table_tab",
    "crmdesk.ui.form.record_panel",
    "crmdesk.ui.workspace",
)
# What the system opens with us: saved views and changes (ui/file_opening.py).
_FILES = (".crmview", ".jsonl")


def main(argv: list[str] | None = None) -> int:
    """Run the program and return its exit code."""
    words = sys.argv[1:] if argv is None else argv
    if not words or (len(words) == 1 and words[0].lower().endswith(_FILES)):  # the grammar is not needed
        return _window(argparse.Namespace(demo=False, screenshots=None), Path(words[0]) if words else None)
    from crmdesk.cli import build_parser, run

    _speak_in_terminal()
    arguments = build_parser().parse_args(argv)
    if arguments.command == "demo-server":
        from crmdesk.demo.server import run as serve

        try:
            return serve(arguments.port, arguments.rows, arguments.latency_ms, arguments.fault)
        except OSError as error:
            print(f"crmdesk: the port cannot be used: {error.strerror or error}.", file=sys.stderr)  # noqa: T201
            return 1
        except ValueError:
            from crmdesk.demo.faults import FaultKind

            known = ", ".join(FaultKind)
            print(f"crmdesk: there is no fault “{', '.join(arguments.fault)}”. Choose of: {known}.", file=sys.stderr)  # noqa: T201
            return 2
    if arguments.command:
        return run(arguments)
    return _window(arguments)


def _speak_in_terminal() -> None:
    """The language of commands and their help; Qt is loaded only for another than English."""
    from crmdesk.translation import of_terminal

    code = of_terminal()
    if code != "en":
        from crmdesk.cli.grammar_words import translate_argparse
        from crmdesk.ui.languages import begin_to_speak

        begin_to_speak(code)
        translate_argparse()


def _window(arguments: argparse.Namespace, opened: Path | None = None) -> int:
    """Open the window, or take its pictures, and stay until it is closed.

    Args:
        opened: a file to open; a window that runs already is asked first.
    """
    if opened is not None:
        from crmdesk.engine.hand_over import hand_over
        from crmdesk.engine.places import data_dir

        if hand_over(data_dir() / "logs", opened):
            return 0
    if arguments.screenshots:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    elif not _has_screen():
        print(  # noqa: T201  the only place to say it
            "There is no display, so the window cannot open; "
            "`crmdesk --demo --screenshots DIR` writes pictures of it instead.",
            file=sys.stderr,
        )
        return 1
    gc.disable()  # nothing made by the start becomes garbage; the collector takes over when the loop runs
    # Before Qt: once it is there, Shiboken reads the source of every module imported (its __feature__ switch).
    import crmdesk.engine.places
    import crmdesk.engine.profiles
    import crmdesk.engine.settings  # noqa: F401

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    app = application()
    window, demo = build(app, temporary=bool(arguments.screenshots or arguments.demo), tour=bool(arguments.screenshots))
    if arguments.screenshots:
        from crmdesk.ui.tour import Tour

        tour = Tour(window, Path(arguments.screenshots))
        finish_look(window)
        failed: list[Exception] = []

        async def take() -> None:
            try:
                await tour.run()
            except Exception as error:  # noqa: BLE001  whatever ends it, it has failed
                failed.append(error)

        code = run_until_closed(app, window, demo, take)
        if failed:
            print(f"crmdesk: the tour ended early: {failed[0]}", file=sys.stderr)  # noqa: T201
        return 1 if failed else code
    window.show()
    _load_rooms(window)
    guard = _guard(window, temporary=arguments.demo)

    async def begin() -> None:
        if arguments.demo:
            await window.accounts.open_demo()
        else:
            await window.start(afresh=guard.broke_off and window.has_restore and not await guard.ask_restore())
            guard.await_files(opened)
            _watch_updates(window)

    try:
        return run_until_closed(app, window, demo, begin, guard)
    finally:
        guard.leave()


def _watch_updates(window: "MainWindow") -> None:
    """Where the person agreed; never in the demo's own run."""
    from crmdesk.engine.places import data_dir
    from crmdesk.ui.updates.update_bar import UpdateWatch

    UpdateWatch(window, data_dir() / "updates.json")


def _guard(window: "MainWindow", *, temporary: bool) -> "Guard":
    """Log, crash dialog and report; after the first picture, which must not wait for them."""
    from crmdesk.engine.places import data_dir
    from crmdesk.ui.support.guard import Guard

    guard = Guard(window, (_Demo.folder() if temporary else data_dir()) / "logs")
    guard.install()
    return guard


def _has_screen() -> bool:
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def application() -> "QApplication":
    """The one application; what Qt complains about goes to the log."""
    from PySide6.QtCore import QtMsgType, qInstallMessageHandler

    from crmdesk.ui.application import Application

    def heard(kind: QtMsgType, _context: object, text: str) -> None:
        if "propagateSizeHints" not in text and kind != QtMsgType.QtDebugMsg:
            is_end = kind == QtMsgType.QtFatalMsg  # Qt ends the process right after it
            logging.getLogger("qt").log(logging.CRITICAL if is_end else logging.WARNING, text)

    qInstallMessageHandler(heard)
    Application.setApplicationName("crmdesk")
    Application.setOrganizationName("crmdesk")
    Application.setDesktopFileName("crmdesk")
    Application.setQuitOnLastWindowClosed(False)  # the loop ends when everything is put away
    app = Application.instance() or Application(sys.argv[:1])
    return cast("QApplication", app)


def build(app: "QApplication", *, temporary: bool, tour: bool = False) -> "tuple[MainWindow, _Demo]":
    """Theme and window; nothing here asks a network or loads the engine."""
    from PySide6.QtCore import QLocale

    from crmdesk.ui import languages
    from crmdesk.ui.main_window import MainWindow
    from crmdesk.ui.metrics import Scheme
    from crmdesk.ui.settings.settings_at_work import begin_look, locale_of
    from crmdesk.ui.theme import Theme

    settings = _settings(temporary)
    preferences = _preferences(settings, temporary)
    # The tour has a person of its own, so that its pictures are alike on every machine.
    locale = QLocale("en_SE") if tour else locale_of(preferences.text("formats"))
    QLocale.setDefault(locale)
    chosen = preferences.text("language")
    language = languages.chosen("" if chosen == "system" else chosen, system=["en"] if tour else None)
    languages.begin_to_speak(language, locale)
    languages.translate_qt(app, language)
    look = Theme(app, Scheme(preferences.text("scheme")), preferences.number("text_percent") / 100, pictures_later=True)
    begin_look(look, preferences)
    demo = _Demo()

    def make_desk() -> "Desk":
        from crmdesk import translation
        from crmdesk.engine.desk import Desk
        from crmdesk.engine.places import config_dir, data_dir

        desk = Desk(
            config_dir(), demo.folder() if temporary else data_dir(), scratch_dir=demo.folder, told=translation.told
        )
        desk.language = "" if tour else language
        desk.clients.use_deadline(preferences.number("deadline_s"))
        desk.mirror_limit_bytes = preferences.number("mirror_limit_mb") * 1_000_000
        return desk

    def make_formats() -> "Formats":
        from crmdesk.ui.formats import Formats, local_zone

        return Formats(locale if tour else locale_of(preferences.text("formats")), local_zone())

    window = MainWindow(make_desk, make_formats, settings, lambda: demo.open(window.desk), preferences)
    return window, demo


def _preferences(older: "QSettings", temporary: bool) -> "Settings":
    """What the person and the administrator chose. The demo's own run has every default and keeps nothing."""
    from contextlib import suppress

    from crmdesk.engine.places import config_dir
    from crmdesk.engine.settings import Settings, policy_file

    if temporary:
        return Settings(None)
    preferences = Settings(config_dir() / "settings.json", policy_file())
    preferences.adopt("scheme", older.value("scheme"))  # where version 0.1 kept them
    with suppress(ValueError, OverflowError):
        preferences.adopt("text_percent", round(float(str(older.value("text_scale"))) * 100))
    return preferences


def _settings(temporary: bool) -> "QSettings":
    """Window places, colours, text size. The demo's own run neither reads nor leaves traces."""
    from PySide6.QtCore import QSettings

    from crmdesk.engine.places import config_dir

    if temporary:
        QSettings.setDefaultFormat(QSettings.Format.IniFormat)
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(_Demo.folder()))
        return QSettings(str(_Demo.settings_file()), QSettings.Format.IniFormat)
    return QSettings(str(config_dir() / "window.ini"), QSettings.Format.IniFormat)


class _Demo:
    """The embedded server, started when somebody wants it, and the folder its accounts write to."""

    _place: Path | None = None

    def __init__(self) -> None:
        self._server: DemoServer | None = None

    @classmethod
    def folder(cls) -> Path:
        """A folder that goes with the process."""
        if cls._place is None:
            import atexit
            import shutil
            import tempfile

            cls._place = Path(tempfile.mkdtemp(prefix="crmdesk-demo-"))
            atexit.register(shutil.rmtree, cls._place, ignore_errors=True)
        return cls._place

    @classmethod
    def settings_file(cls) -> Path:
        return cls.folder() / "window.ini"

    async def open(self, desk: "Desk") -> "list[Profile]":
        """The demo's accounts; the server is started at the first call."""
        from crmdesk.demo.server import DemoServer
        from crmdesk.domain.names import VendorName
        from crmdesk.engine.profiles import Environment, Profile, unsaved_account_id

        if self._server is None:
            self._server = DemoServer().start()  # at once; its world is made while the window goes on
        profiles = []
        for account in self._server.accounts():
            vendor, url = VendorName(account["vendor"]), account["url"]
            if vendor not in desk.plugins:
                continue
            profile = Profile(
                id=unsaved_account_id(vendor, url, str(account["set"])),
                name=f"Nordwind {desk.plugins[vendor].title}",
                vendor=vendor,
                url=url,
                settings=account["set"],
                environment=Environment.SANDBOX,
                colour="green",
                temporary=True,
                scratch=True,
            )
            await desk.save(profile, account["secrets"])
            profiles.append(profile)
        return profiles

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()


def _load_rooms(window: "MainWindow") -> None:
    """Let the window show itself, then import the slow rooms, one in each turn of Qt's loop: it answers meanwhile."""
    from importlib import import_module

    from PySide6.QtCore import QEventLoop, QTimer

    from crmdesk.ui.first_picture import FirstPicture

    turns, rooms = QEventLoop(), iter(_ROOMS)

    def load_next() -> None:
        name = next(rooms, None)
        if name is None:
            turns.quit()
            return
        try:
            import_module(name)
        finally:
            QTimer.singleShot(0, load_next)

    def begin() -> None:
        finish_look(window)
        QTimer.singleShot(0, load_next)

    FirstPicture(window, begin)
    turns.exec()


def finish_look(window: "MainWindow") -> None:
    """What the first picture does not show: ticks and arrows, and the program's own icon."""
    from crmdesk.ui import icons
    from crmdesk.ui.theme import theme

    theme().draw_pictures()
    window.setWindowIcon(icons.app_icon())


def run_until_closed(
    app: "QApplication", window: "MainWindow", demo: _Demo, begin: object, guard: "Guard | None" = None
) -> int:
    """Qt's loop and asyncio's as one, until the window has put everything away."""
    import asyncio

    import qasync

    from crmdesk.ui import heap
    from crmdesk.ui.collector import Collector

    heap.share_between_threads()
    Collector(app)  # from the first lane on, Qt objects are freed on this thread only
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    if guard is not None:
        guard.watch(loop)
    done: asyncio.Event = asyncio.Event()
    window.finished.connect(done.set)

    async def life() -> int:
        code = 0
        work = asyncio.ensure_future(begin())  # type: ignore[operator]  # an async function
        work.add_done_callback(lambda task: None if task.cancelled() else window.note_start(task.exception()))
        await done.wait()
        work.cancel()
        return code

    try:
        with loop:
            return int(loop.run_until_complete(life()))
    finally:
        demo.stop()


if __name__ == "__main__":
    sys.exit(main())
