# SPDX-License-Identifier: MIT
"""What belongs to the bundle: names, modules, Qt's plugins, and which shared libraries stay the system's.

Read by crmdesk.spec (inside PyInstaller), bundle.py and deb.py; standard library alone.
"""

from __future__ import annotations

import importlib.util
import os
import re
import sys

# Reverse domain name, as desktops, AppStream and macOS want one.
IDENTIFIER = "org.crmdesk.crmdesk"
LIMIT_BYTES = 140_000_000

# Named in no import that PyInstaller could read.
HIDDEN_IMPORTS = (
    "keyring.backends.SecretService",
    "keyring.backends.kwallet",
    "keyring.backends.Windows",
    "keyring.backends.macOS",
    "keyring.backends.chainer",
    "keyring.backends.fail",
    "keyring.backends.null",
)
UNUSED_MODULES = (
    # of Python: editors, interpreters and tests
    *("tkinter", "turtle", "idlelib", "curses", "readline", "pydoc", "doctest", "unittest", "pdb", "lib2to3"),
    *("ensurepip", "venv", "distutils", "sqlite3.test", "ctypes.test"),
    # of packages that serve developers or other programs
    *("setuptools", "pkg_resources", "pip", "wheel", "pytest", "numpy", "pandas", "PIL", "IPython", "httpx", "yaml"),
    # only their font is used, as a file
    *("qtawesome", "qtpy"),
    *("lxml.html", "lxml.objectify", "lxml.isoschematron", "lxml.cssselect", "lxml.sax", "lxml.ElementInclude"),
    *("sqlglot.executor", "sqlglot.__main__", "pycparser", "cffi.recompiler"),
    *("PySide6.QtNetwork", "PySide6.QtOpenGL", "PySide6.QtOpenGLWidgets", "PySide6.QtQml", "PySide6.QtQuick"),
    *("PySide6.QtSvgWidgets", "PySide6.QtSql"),
    *("PySide6.scripts", "PySide6.support"),
)

# What PyInstaller would run before us, at 20 to 60 ms of processor time each: for programs that show their own source, or
# start processes of their own kind. We do neither.
UNUSED_START_HOOKS = ["pyi_rth_inspect", "pyi_rth_multiprocessing"]
if sys.platform == "linux":
    # It loads Qt to tell it where its plug-ins lie, also for a command without a window. PySide6 tells Qt itself.
    UNUSED_START_HOOKS.append("pyi_rth_pyside6")

# Every desktop has these, and they must fit its services, drivers and fonts. The bundle does without a copy.
SYSTEM_LIBRARIES = re.compile(
    r"lib(glib|gobject|gmodule|gthread|gio)-2\.0\.so|libpcre|libmount|libblkid|libselinux"
    r"|lib(X11|X11-xcb|Xau|Xdmcp|Xext|Xrender|xcb|xcb-(render|shm|shape|randr|sync|xfixes|glx|dri\d?|xkb|present))\.so"
    r"|lib(fontconfig|freetype|expat|png16|brotli\w*|dbus-1|systemd|cap|gcrypt|gpg-error|lz4|zstd|bsd|md)\.so"
    r"|lib(GL|EGL|GLX|GLdispatch|OpenGL|drm|gbm|wayland-(client|cursor|egl|server))\.so"
    r"|lib(gtk|gdk|cairo|pango|atk|atspi|epoxy|harfbuzz|fribidi|thai|datrie|pixman|gdk_pixbuf|graphite2)"
    r"|libcups\.so|lib(jpeg|tiff|webp\w*|jbig|deflate|Lerc)\.so|lib(krb5|k5crypto|krb5support|gssapi_krb5|com_err|keyutils|resolv|nsl|tirpc)\.so|lib(readline|tinfo|ncurses)"
)
# Qt's plugins in use: windows on X, Wayland, Windows, macOS, and pictures without a screen; PNG is built in, and nothing
# is drawn with OpenGL.
_QT_PLUGINS = re.compile(
    r"platforms/(lib)?q(xcb|wayland\w*|windows|cocoa|offscreen)\b"
    r"|wayland-(shell-integration/libxdg|decoration-client/libbradient)"
    r"|platforminputcontexts/lib(compose|ibus)|platformthemes/libqxdgdesktopportal"
    r"|imageformats/(lib)?q(jpeg|gif|ico)\b|printsupport/|styles/"
)
# Qt's own words in the window: only where the window itself is translated.
_QT_LANGUAGES = re.compile(r"translations/qtbase_(en|de|fi|da)\.qm$")
_NEVER = re.compile(
    r"lib?Qt6(Network|OpenGL|OpenGLWidgets|Qml\w*|Quick\w*|SvgWidgets|EglF\w*|Sql|WaylandEgl\w*|Pdf|VirtualKeyboard)"
    r"|opengl32sw|d3dcompiler|/tls/|/networkinformation/|qt\.conf$|\.pyi$|py\.typed$"
    r"|rapidfuzz/(.*_avx2|distance/metrics_cpp)"  # for lists of millions; without them the plain ones are taken
    r"|wcwidth/_wcwidth_c"  # for long texts; without it the same is done in Python
    r"|i18n/[^/]*\.ts$"  # what translators work on; the program reads the .qm
    r"|certifi/cacert\.pem|lxml/(isoschematron|includes)|/tests?/"
)


def is_wanted(name: str) -> bool:
    """Tell whether a file that PyInstaller found goes into the bundle; `name` is its place there."""
    path = name.replace("\\", "/")
    if _NEVER.search(path) or SYSTEM_LIBRARIES.match(os.path.basename(path)):
        return False
    if "/plugins/" in path and "PySide6" in path:
        return bool(_QT_PLUGINS.search(path))
    if "/translations/" in path and "PySide6" in path:
        return bool(_QT_LANGUAGES.search(path))
    return True


def icon_fonts() -> list[tuple[str, str]]:
    """The one icon font of QtAwesome that the window paints with, and its table of names, as (file, folder)."""
    spec = importlib.util.find_spec("qtawesome")
    if spec is None or spec.origin is None:
        raise SystemExit("QtAwesome is not installed, so there are no icons.")
    folder = os.path.join(os.path.dirname(spec.origin), "fonts")
    names = [name for name in sorted(os.listdir(folder)) if name.startswith("phosphor")]
    return [(os.path.join(folder, name), "qtawesome/fonts") for name in names]


def icon_file(packaging: str) -> str | None:
    """The program's icon as this system wants it; None where it comes apart from the program, as on Linux."""
    kind = {"win32": "ico", "darwin": "icns"}.get(sys.platform)
    return os.path.join(packaging, "..", "build", f"crmdesk.{kind}") if kind else None


def document_types() -> dict[str, object]:
    """What macOS is told of the files that open in the window, for Info.plist: views are ours, changes may be others'.

    Source: Apple's Information Property List, CFBundleDocumentTypes and UTExportedTypeDeclarations, seen 2026-11-22.
    """
    view = f"{IDENTIFIER}.view"
    return {
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": "Saved view of CRM records",
                "CFBundleTypeRole": "Viewer",
                "LSHandlerRank": "Owner",
                "LSItemContentTypes": [view],
            },
            {
                "CFBundleTypeName": "Changes of CRM records",
                "CFBundleTypeRole": "Viewer",
                "LSHandlerRank": "Alternate",
                "CFBundleTypeExtensions": ["jsonl"],
            },
        ],
        "UTExportedTypeDeclarations": [
            {
                "UTTypeIdentifier": view,
                "UTTypeDescription": "Saved view of CRM records",
                "UTTypeConformsTo": ["public.json"],
                "UTTypeTagSpecification": {"public.filename-extension": ["crmview"]},
            }
        ],
    }


def version(root: str) -> str:
    """The program's version, read without importing it."""
    with open(os.path.join(root, "crmdesk", "__init__.py"), encoding="utf-8") as file:
        found = re.search(r'^__version__ = "([^"]+)"', file.read(), re.MULTILINE)
    if found is None:
        raise SystemExit("crmdesk/__init__.py names no version.")
    return found[1]
