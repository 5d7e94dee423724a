# SPDX-License-Identifier: MIT
"""NetworkFields: an account's proxy, extra certificates, and the one certificate it accepts."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit

from crmdesk.engine.network import spelled
from crmdesk.ui.accounts.address import address_problem
from crmdesk.ui.parts import box, button, label
from crmdesk.ui.theme import theme
from crmdesk.ui.wording import tr

_NO_PROXY = "none"  # what Profile.proxy holds for "use no proxy"
_SYSTEM, _NONE, _THIS = range(3)


class NetworkFields(QObject):
    """The rows' widgets; the form lays them out and owns this.

    Signals:
        edited(): Something changed.
        submitted(): Return was pressed.
        pin_wanted(): The certificate that the server shows now is to be accepted.
    """

    edited = Signal()
    submitted = Signal()
    pin_wanted = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.kind = QComboBox()
        self.kind.addItems([tr("As the system says"), tr("No proxy"), tr("This one:")])
        self.kind.setAccessibleName(tr("Proxy"))
        self.kind.setMinimumHeight(theme().px(28))
        self.proxy = self._line(tr("Address of the proxy"))
        self.ca_file = self._line(tr("File with extra certificates"))
        self.kind.currentIndexChanged.connect(self._on_kind)
        self.proxy_row = box(self.kind, self.proxy)
        self.ca_row = box(self.ca_file, button(tr("Choose…"), "", self._choose_file))
        self.proxy.setEnabled(False)
        self._pin = ""
        self.pin_text = label("", "muted", "small", wrap=True, select=True)
        self.pin_take = button(tr("Accept what the server shows…"), "", self.pin_wanted.emit)
        self.pin_drop = button(tr("Accept no longer"), "", lambda: self._set_pin_by_hand(""))
        self.pin_row = box(self.pin_text, box(self.pin_take, self.pin_drop, None), vertical=True, spacing=4)
        self.set_pin("")

    @property
    def pin_value(self) -> str:
        """The fingerprint of the accepted certificate, "" = the system's authorities decide."""
        return self._pin

    def set_pin(self, fingerprint: str) -> None:
        """Show which certificate is accepted."""
        self._pin = fingerprint
        self.pin_text.setText(
            tr("Only this certificate is accepted, SHA-256 {fingerprint}", fingerprint=spelled(fingerprint))
            if fingerprint
            else tr("Certificates are checked against this computer’s authorities.")
        )
        self.pin_drop.setVisible(bool(fingerprint))

    def _set_pin_by_hand(self, fingerprint: str) -> None:
        self.set_pin(fingerprint)
        self.edited.emit()

    @property
    def proxy_value(self) -> str:
        """As a profile keeps it: an address, "" = as the system says, "none"."""
        return ("", _NO_PROXY, self.proxy.text().strip())[self.kind.currentIndex()]

    @property
    def ca_value(self) -> str:
        """The file's path, "" = none."""
        return self.ca_file.text().strip()

    def fill(self, proxy: str, ca_file: str, pinned: str = "") -> None:
        """Show what a profile holds."""
        self.set_pin(pinned)
        self.kind.setCurrentIndex({"": _SYSTEM, _NO_PROXY: _NONE}.get(proxy, _THIS))
        self.proxy.setText(proxy if self.kind.currentIndex() == _THIS else "")
        self.ca_file.setText(ca_file)

    def proxy_problem(self) -> str:
        """What is wrong with the proxy, "" = nothing."""
        return address_problem(self.proxy.text(), login_allowed=True) if self.kind.currentIndex() == _THIS else ""

    def ca_problem(self) -> str:
        """What is wrong with the file, "" = nothing."""
        if not self.ca_value:
            return ""
        try:
            with open(self.ca_value, "rb") as file:
                head = file.read(200_000)
        except OSError as error:
            return tr("This file cannot be read: {reason}.", reason=error.strerror or str(error))
        return "" if b"-----BEGIN CERTIFICATE-----" in head else tr("This file holds no certificate in PEM form.")

    def _line(self, name: str) -> QLineEdit:
        line = QLineEdit()
        line.setMinimumHeight(theme().px(28))
        line.setAccessibleName(name)
        line.textEdited.connect(lambda _text: self.edited.emit())
        line.returnPressed.connect(self.submitted)
        return line

    def _on_kind(self, index: int) -> None:
        self.proxy.setEnabled(index == _THIS)
        self.edited.emit()

    def _choose_file(self) -> None:
        """Open the system's file chooser; it does not block."""
        kinds = tr("Certificates (*.pem *.crt *.cer);;All files (*)")
        chooser = QFileDialog(self.ca_row, tr("Extra certificates"), "", kinds)
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.fileSelected.connect(self._on_file)
        chooser.open()

    def _on_file(self, path: str) -> None:
        self.ca_file.setText(path)
        self.edited.emit()
