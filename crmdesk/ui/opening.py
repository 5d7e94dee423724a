# SPDX-License-Identifier: MIT
"""The one door to other programs: pages, mails and calls after showing where to, and files and folders of this computer.

Nothing else in the window calls ``QDesktopServices``; ``tests/injection/test_links.py`` sees to that.
"""

import re
from pathlib import Path

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from crmdesk.ui.parts import box, button, label
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.translation import tr

SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_MAIL = re.compile(r"[^\s@<>\"?&%,;:/\\]+@[^\s@<>\"?&%,;:/\\]+")
_NUMBER = re.compile(r"\+?[\d*#().\- ]{1,60}")
_WITH_HOST = frozenset({"http", "https"})
_LONGEST = 2000
"""Characters shown and opened; longer addresses are no place a person could judge."""


class LinkOpener(QObject):
    """Owned by a window; remembers until the program ends which servers the person has agreed to."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._agreed: set[str] = set()

    async def open(self, address: str, *, own: str = "") -> bool:
        """Show where an address leads, and open it if the person wants to.

        A server that was agreed to is not asked about again; no more are mails and calls once agreed to, since what is
        clicked is the address itself.

        Args:
            own: the account's address; pages of that very server are opened at once.

        Returns:
            False where it is no address of the four kinds or no program takes it; a "no" of the person is no failure.
        """
        url = link_of(address)
        if url is None:
            return False
        place = place_of(url)
        if place not in self._agreed and place != place_of(QUrl(own)):
            if not await self._asked(url):
                return True
            self._agreed.add(place)
        return bool(QDesktopServices.openUrl(url))

    async def _asked(self, url: QUrl) -> bool:
        sheet = Sheet(_question(url), 520)
        cancel, accept = button(tr("Cancel"), clicked=sheet.reject), button(tr("Open"), "primary", sheet.accept)
        shown = label(bytes(url.toEncoded().data()).decode("ascii", "replace"), wrap=True, select=True)
        why = label(_remark(url), "muted", "small", wrap=True)
        sheet.set_content(box(shown, why, vertical=True, margins=(18, 14, 18, 14)), right=(cancel, accept))
        return await sheet.ask_in(self._window, focus=accept)


def opener_of(widget: QWidget) -> LinkOpener:
    """The opener of a widget's window, made at the first use."""
    window = widget.window()
    return window.findChild(LinkOpener) or LinkOpener(window)


def link_of(address: str) -> QUrl | None:
    """The address as Qt knows it, None where it is none that may be opened."""
    if len(address) > _LONGEST or any(not letter.isprintable() for letter in address):
        return None
    url = QUrl(address.strip(), QUrl.ParsingMode.StrictMode)
    scheme = url.scheme().lower()
    if not url.isValid() or scheme not in SCHEMES or bool(url.host()) != (scheme in _WITH_HOST):
        return None
    if scheme == "mailto" and not is_mail_address(address.strip()[len("mailto:") :]):
        return None
    if scheme == "tel" and not _NUMBER.fullmatch(address.strip()[len("tel:") :]):
        return None
    return url


def is_mail_address(text: str) -> bool:
    """One address and nothing else: further headers (``?attach=``, ``%0ABcc:``) and further people are none of it."""
    return _MAIL.fullmatch(text) is not None


def place_of(url: QUrl) -> str:
    """What a person agrees to: a server, letters of other scripts spelt out so that look-alikes differ; or a kind of link."""
    if url.scheme().lower() not in _WITH_HOST:
        return url.scheme().lower()
    return f"{url.scheme().lower()}://{ascii_host(url)}:{url.port()}"


def ascii_host(url: QUrl) -> str:
    """The host as it goes over the wire: xn--… for letters beyond ASCII."""
    return url.host(QUrl.ComponentFormattingOption.EncodeUnicode)


def open_file(path: Path) -> bool:
    """Open a file or folder of this computer; whether a program took it."""
    return bool(QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))))


def _question(url: QUrl) -> str:
    match url.scheme().lower():
        case "mailto":
            return tr("Write a mail?")
        case "tel":
            return tr("Call this number?")
        case _:
            return tr("Open {host} in the browser?", host=ascii_host(url))


def _remark(url: QUrl) -> str:
    match url.scheme().lower():
        case "mailto":
            return tr("Your mail program opens. You are not asked again about mails until the program ends.")
        case "tel":
            return tr("Your telephone program opens. You are not asked again about calls until the program ends.")
        case _:
            return tr(
                "The address comes from the CRM. You are not asked again about this server until the program ends."
            )
