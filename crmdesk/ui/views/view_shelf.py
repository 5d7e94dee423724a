# SPDX-License-Identifier: MIT
"""The saved views of an account in the window: saving, opening, going to them, files."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from crmdesk.domain.errors import Invalid
from crmdesk.domain.names import ModuleName
from crmdesk.engine.views import SavedView, Views, fitted, of_tab, read
from crmdesk.ui.palette import Hit
from crmdesk.ui.translation import plural, tr

if TYPE_CHECKING:
    from crmdesk.ui.main_window import MainWindow
    from crmdesk.ui.workspace import Workspace


class ViewShelf(QObject):
    """Owned by a workspace."""

    def __init__(self, space: "Workspace") -> None:
        super().__init__(space)
        self._space = space
        self.views = Views(space.account.storage)
        space.start(self.views.load())

    def now(self, name: str) -> SavedView | None:
        """The table in front as a view, None where there is none."""
        page = self._space.current
        return of_tab(name, str(self._space.account.profile.vendor), page.view()) if page is not None else None

    async def save(self, name: str) -> None:
        """Keep what the table in front shows."""
        view = self.now(name)
        if view is not None:
            await self.views.save(view)
            self._space.info.emit(tr("“{name}” is saved; Ctrl+K finds it by its name.", name=name))

    async def open(self, view: SavedView) -> None:
        """Show it in a tab of its own; what does not exist here is told.

        Raises:
            Invalid: it cannot be shown here, and why.
            CrmError: the server did not tell the module's fields.
        """
        session = self._space.account.session
        if view.vendor != str(self._space.account.profile.vendor):
            text = tr(
                "“{name}” was made for {vendor}, and this account is another product's. Open an account of that product "
                "first.",
                name=view.name, vendor=view.vendor,
            )  # fmt: skip
            raise Invalid(text)
        module = next((one for one in await session.modules() if one.name == view.module and one.is_listed), None)
        if module is None:
            text = tr("“{name}” shows {module}, which this account does not have.", name=view.name, module=view.module)
            raise Invalid(text)
        fitting, missing = fitted(view, await session.schema(ModuleName(view.module)))
        self._space.open_module(module, apart=True, view=fitting.as_tab())
        if missing:
            self._space.info.emit(
                plural(
                    len(missing),
                    "One field of this view does not exist here and was left out: {names}.",
                    "{n} fields of this view do not exist here and were left out: {names}.",
                    names=", ".join(missing),
                )
            )

    def go_to(self, view: SavedView) -> None:
        """Show it, and tell what keeps it from being shown."""
        self._space.start(self.open(view))

    def hits(self) -> list[Hit]:
        """Every view, to go to."""
        return [
            Hit("view", "funnel-simple", view.name, view.module, tr("Saved view"), lambda view=view: self.go_to(view))
            for view in self.views.all
        ]


async def open_view(window: "MainWindow", path: Path) -> None:
    """Show the view of a file in the account in front, else in one of its product.

    Raises:
        CrmError: it cannot be shown, and why.
    """
    view = read(path)
    space = window.workspace
    if space is None or str(space.account.profile.vendor) != view.vendor:
        fitting = [profile for profile in window.accounts.known if str(profile.vendor) == view.vendor]
        opened = [profile for profile in fitting if profile.id in window.workspaces]
        chosen = opened[:1] or fitting
        if len(chosen) != 1:
            text = tr(
                "“{name}” was made for {vendor}. Open an account of that product, then open the file again.",
                name=view.name, vendor=view.vendor,
            )  # fmt: skip
            raise Invalid(text)
        space = await window.open_account(chosen[0])
    await space.saved.open(view)
    if view.name not in [known.name for known in space.saved.views.all]:
        window.messages.show_info(
            tr("“{name}” is open. Keep it among your own?", name=view.name),
            (tr("Keep it"), lambda: window.write(space.saved.views.save(view))),
        )
