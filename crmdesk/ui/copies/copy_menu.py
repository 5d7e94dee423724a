# SPDX-License-Identifier: MIT
"""What can be done with a module's copy: in the tree's context menu and by the Data menu.

The menus need this room for the window's first picture, so the engine is imported where it is used.
"""

from typing import TYPE_CHECKING

from crmdesk.ui.translation import told, tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from crmdesk.domain.names import ModuleName
    from crmdesk.domain.schema import Module
    from crmdesk.ui.main_window import MainWindow
    from crmdesk.ui.workspace import Workspace


def why_not(module: "Module") -> str:
    """Why a module is never copied, a Sentence; "" = it may be."""
    from crmdesk.engine.mirror import Mirror

    return Mirror.why_not(module)


def usual_modules(space: "Workspace") -> "tuple[Module, ...]":
    """What most people want to have with them: companies, people, leads, deals, and the sales documents."""
    from crmdesk.domain.usual import usual_kind

    listed = [module for module in space.modules if module.is_listed and not why_not(module)]
    return tuple(module for module in listed if usual_kind(module) is not None or module.is_sales_document)


def fill_menu(menu: "QMenu", space: "Workspace", module: "Module") -> None:
    """Three entries about the module's copy."""
    copies, reason = space.copies, told(why_not(module))
    has_copy = copies.state(module.name) is not None
    keep = menu.addAction(tr("Keep a copy on this computer"), lambda: toggle(space, module))
    keep.setCheckable(True)
    keep.setChecked(has_copy)
    keep.setEnabled(has_copy or not reason)
    keep.setToolTip(reason)
    menu.setToolTipsVisible(True)
    update = menu.addAction(tr("Update the copy"), lambda: copies.copying.update([module.name]))
    update.setEnabled(has_copy)
    remove = menu.addAction(tr("Remove the copy…"), lambda: ask_to_drop(space, module.name, module.label_plural))
    remove.setEnabled(has_copy)


def toggle(space: "Workspace", module: "Module") -> None:
    """Begin a copy, or ask whether it is to go."""
    reason = why_not(module)
    if space.copies.state(module.name) is not None:
        ask_to_drop(space, module.name, module.label_plural)
    elif reason:
        space.info.emit(told(reason))
    else:
        space.copies.copying.update([module.name])


def ask_to_drop(space: "Workspace", module: "ModuleName", label: str) -> None:
    """Remove a module's copy after a question; pending changes stay."""
    space.start(_drop(space, module, label))


def ask_to_drop_all(space: "Workspace") -> None:
    """Remove everything that is copied of the account, after a question."""
    space.start(_drop_all(space))


async def _drop(space: "Workspace", module: "ModuleName", label: str) -> None:
    title = tr("Remove the copy of {module}?", module=label)
    text = tr("It goes from this computer only: nothing changes on the server, and pending changes stay.")
    from crmdesk.ui.form.record_page import confirmed

    if await confirmed(space.window(), title, text, tr("Remove the copy"), danger=True):
        await space.copies.copying.drop(module)


async def _drop_all(space: "Workspace") -> None:
    title = tr("Remove everything that is copied of {account}?", account=space.account.profile.name)
    text = tr("It goes from this computer only: nothing changes on the server, and pending changes stay.")
    from crmdesk.ui.form.record_page import confirmed

    if await confirmed(space.window(), title, text, tr("Remove everything"), danger=True):
        await space.copies.copying.drop_all()


def front(window: "MainWindow") -> "Module | None":
    """The module of the tab in front."""
    space = window.workspace
    if space is None or space.page is None:
        return None
    name = space.page.module_name
    return next((one for one in space.modules if one.name == name), None)


def has_copy(window: "MainWindow") -> bool:
    """Whether the module in front is copied."""
    space, module = window.workspace, front(window)
    return space is not None and module is not None and space.copies.state(module.name) is not None


def may_copy(window: "MainWindow") -> bool:
    """Whether it is, or may be."""
    module = front(window)
    return module is not None and (has_copy(window) or not why_not(module))


def toggle_front(window: "MainWindow") -> None:
    """Keep a copy of the module in front, or ask whether it is to go."""
    module = front(window)
    if window.workspace is not None and module is not None:
        toggle(window.workspace, module)
    window.menus.refresh()  # the tick tells how it stands, not what was clicked


def update_front(window: "MainWindow") -> None:
    """Bring the copy of the module in front up to date."""
    module = front(window)
    if window.workspace is not None and module is not None:
        window.workspace.copies.copying.update([module.name])


def drop_front(window: "MainWindow") -> None:
    """Ask whether the copy of the module in front is to go."""
    module = front(window)
    if window.workspace is not None and module is not None:
        ask_to_drop(window.workspace, module.name, module.label_plural)


def open_copies(window: "MainWindow") -> None:
    """The sheet of everything that is copied of the account in front."""
    from crmdesk.ui.copies.copies_sheet import CopiesSheet

    if window.workspace is not None:
        CopiesSheet(window, window.workspace).open_in(window)
