# SPDX-License-Identifier: MIT
"""What the random person of a soak does with tables and with what is staged; ``wider`` has the rest.

Every value is typed once only, so that it tells itself apart; a bulk edit or an import types one into several records.
"""

import asyncio
import random
import time
import traceback
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from crmdesk.demo.faults import AT_START, FaultKind
from crmdesk.domain.errors import CrmError
from crmdesk.domain.names import FieldName
from crmdesk.domain.query import Compare, Op
from crmdesk.domain.record import Record
from crmdesk.engine.profiles import Profile
from crmdesk.engine.staging import Edit
from crmdesk.ui.changes.review_dialog import ReviewDialog
from crmdesk.ui.changes.review_rows import MINE, THEIRS, Spot
from crmdesk.ui.collector import AWAY_S
from tests.soak.books import MARK, Books, Result, Size, size_now, wishes_of
from tests.soak.person import Person, type_letters
from tests.soak.serving import Child
from tests.ui.house import press
from tests.ui.waiting import until

_PHASE_S, _CALM_S, _ACTION_S = 9.0, 4.0, 8.0
MOST_MODULES = 12
"""Of an account, beside its sales documents."""
_MOST_TABS = 8
"""Of an account; whoever has more closes one."""
_KINDS = tuple(kind for kind in FaultKind if kind not in AT_START)
Action = Callable[[], Awaitable[None]]


class Soak:
    """One run: what the person does, and what became of every value typed.

    Attributes:
        actions: each with how often it is chosen; more can be added before the run. doing: the name of the present one.
        warm_up: opens everything once before anything is measured.
    """

    def __init__(self, person: Person, child: Child, draw: random.Random) -> None:
        self.p, self.child, self.draw = person, child, draw
        self.result = Result()
        self.books = Books(self.result)
        self.doing = "start"
        self._number = 0
        self._due: list[FaultKind] = []
        self.warm_up: Action | None = None
        self.actions: list[tuple[int, str, Action]] = [
            (weight, work.__name__, work)
            for weight, work in (
                (6, self.open_table), (10, self.edit), (6, self.filter), (4, self.search), (5, self.apply), (3, self.undo),
                (2, self.redo), (3, self.switch), (3, self.close_tab), (3, self.open_record), (2, self.reload),
                (1, self.sort), (2, self.edit_and_apply),
            )
        ]  # fmt: skip

    async def run(self, minutes: float) -> Result:
        """Act until the time is over, through phases of faults and of calm."""
        self.p.show()
        for profile in self.p.profiles:
            await self.front(profile)
        self.p.watch()
        if self.warm_up is not None:
            await self.warm_up()
        await self._tidy()
        await asyncio.to_thread(self.child.calm)  # the loop's own threads are all made by its first
        self.result.start = self._size()
        self.result.actions.clear()
        await self._act_for(minutes * 30)
        await self._tidy()
        self.result.middle = self._size()
        await self._act_for(minutes * 30)
        await self._settle()
        await self._tidy()
        return self.result

    def _size(self) -> Size:
        size = size_now()
        self.p.skip()  # the measure is no work of the program's
        return size

    async def _act_for(self, seconds: float) -> None:
        """Act, and leave the network calm."""
        begun = next_phase = time.monotonic()
        calm = True
        while time.monotonic() - begun < seconds:
            if time.monotonic() >= next_phase:
                calm = not calm
                await asyncio.to_thread(self._phase, calm)
                next_phase = time.monotonic() + (_CALM_S if calm else _PHASE_S)
            _, name, action = self.draw.choices(self.actions, [weight for weight, _, _ in self.actions])[0]
            await self.act(name, action)
        await asyncio.to_thread(self.child.calm)

    async def _tidy(self) -> None:
        """One tab for each account, and the window minimised for more than a minute: what grows is neither what the
        person has open nor a cache."""
        for space in list(self.p.window.workspaces.values()):
            for _ in range(len(space.pages) - 1):
                space.close_tab()
                await asyncio.sleep(0.1)
        self.p.window.showMinimized()
        self.p.is_away = True
        await asyncio.sleep(AWAY_S + 15)
        self.p.is_away = False
        self.p.window.showNormal()

    def _phase(self, calm: bool) -> None:
        """Three kinds at once, every kind in turn."""
        self.child.calm()
        for _ in () if calm else range(3):
            if not self._due:
                self._due = self.draw.sample(_KINDS, len(_KINDS))
            self.child.fault(self._due.pop(), self.draw.randint(2, 12))

    async def act(self, name: str, action: Action) -> None:
        """Do something, as long as a person has patience."""
        self.doing = self.books.doing = name
        self.result.actions[name] += 1
        before = [wish for account in self.p.desk.open_accounts for wish in wishes_of(account)]
        try:
            await asyncio.wait_for(action(), _ACTION_S)
        except (TimeoutError, AssertionError, CrmError):
            self.result.actions["gave up"] += 1  # a person shrugs and does something else
        except Exception as error:  # noqa: BLE001  nothing else may come out of a window
            place = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{Path(place.filename).name}:{place.lineno}"
            self.result.errors.append(f"{self.doing}: {type(error).__name__}: {error} ({where})"[:300])
        with suppress(AssertionError, RuntimeError):
            await self.p.close_sheets()
        await asyncio.sleep(0.01)
        with suppress(AssertionError):
            while len(self.p.space.pages) > _MOST_TABS:
                self.p.space.close_tab()
        self.books.went(before, self.p.desk.open_accounts)

    async def front(self, profile: Profile) -> None:
        """An account to the front, opened if need be."""
        with suppress(CrmError, AssertionError, TimeoutError):
            await asyncio.wait_for(self.p.window.open_account(profile), 20)
            self.books.follow(self.p.account)
            await until(lambda: self.p.table_ready(), 10)

    def value(self) -> str:
        """A value that was never typed before."""
        self._number += 1
        return f"{MARK}{self._number}"

    def texts(self) -> list[FieldName]:
        """The texts of the table in front that can be typed over."""
        tab = self.p.tab
        schema = self.p.account.session.known_schema(tab.module.name)
        shown = {str(column.key) for column in tab.model.columns}
        if schema is None:
            return []
        return [one.name for one in schema.fields if one.type.is_text and not one.read_only and not one.choices
                and one.name in shown]  # fmt: skip

    # ---- what a person does with tables ------------------------------------------------------------------------------

    async def switch(self) -> None:
        """Another account to the front."""
        await self.front(self.draw.choice(self.p.profiles))

    async def open_table(self) -> None:
        """A table, sometimes in a tab of its own."""
        modules = [one for one in self.p.space.modules if one.is_listed][:MOST_MODULES]
        if modules:
            apart = self.draw.random() < 0.3 and len(self.p.space.pages) < 6
            self.p.space.open_module(self.draw.choice(modules), apart=apart)
            await until(self.p.table_ready, 4)

    async def edit(self) -> None:
        """A text of a visible row."""
        tab, account = self.p.tab, self.p.account
        row = self.draw.randrange(max(1, min(20, tab.rows.read)))
        record, names = tab.rows.at(row), self.texts()
        if record is None or not names:
            return
        await self._type(row, record, self.draw.choice(names), by_hand=self.draw.random() < 0.6)
        self.books.took(account)

    async def _type(self, row: int, record: Record, name: FieldName, *, by_hand: bool) -> None:
        account, value = self.p.account, self.value()
        place = str(account.profile.id), str(record.id.key)
        self.books.tries((*place, value), (*place, name))
        if by_hand:
            with suppress(AttributeError):  # a list to choose from, where this person cannot type
                await self.p.edit(row, name, value)
        else:
            await account.staged.edit([Edit(record, name, value)])

    async def edit_and_apply(self) -> None:
        """One row over and over, and everything sent meanwhile: what is typed last must stay."""
        tab, account = self.p.tab, self.p.account
        record, names = tab.rows.at(0), self.texts()
        if record is None or not names or account.applier.running:
            return
        await self._type(0, record, names[0], by_hand=False)
        self.books.took(account)
        applying = asyncio.ensure_future(self.apply())
        for _ in range(self.draw.randint(3, 10)):
            await asyncio.sleep(self.draw.random() * 0.2)
            await self._type(0, record, self.draw.choice(names[:2]), by_hand=False)
            self.books.took(account)
        await applying

    async def filter(self) -> None:
        """A condition on a text, or none."""
        tab = self.p.tab
        if tab.bar is None:
            return
        schema = self.p.account.session.known_schema(tab.module.name)
        names = [one.name for one in schema.fields if one.filterable and one.type.is_text] if schema is not None else []
        where = (
            None
            if not names or self.draw.random() < 0.4
            else Compare(self.draw.choice(names), Op.CONTAINS, self.draw.choice("aeiou"))
        )
        tab.bar.show_filter(where)
        tab.bar.filter_changed.emit(where)
        await asyncio.sleep(0.3)

    async def search(self) -> None:
        """Letters in the quick search."""
        tab = self.p.tab
        if tab.bar is not None:
            tab.bar.search.setFocus()
            tab.bar.search.selectAll()
            await type_letters(tab.bar.search, self.draw.choice(("an", "o", "", "ltd", "x")))
            await asyncio.sleep(0.3)

    async def sort(self) -> None:
        """By a click on a head."""
        header = self.p.tab.grid.horizontalHeader()
        header.sectionClicked.emit(self.draw.randrange(max(1, header.count())))
        await asyncio.sleep(0.1)

    async def open_record(self) -> None:
        """Another row, its details, one of its tabs."""
        tab = self.p.tab
        if not tab.model.columns or not self.p.space.panel.tabs.names():
            return
        tab.grid.go_to(self.draw.randrange(max(1, min(20, tab.rows.read))), tab.model.columns[0].key)
        self.p.space.panel.tabs.choose(self.draw.choice(self.p.space.panel.tabs.names()))
        await asyncio.sleep(0.2)

    async def reload(self) -> None:
        """F5."""
        self.p.space.reload()
        await until(self.p.table_ready, 4)

    async def close_tab(self) -> None:
        """Never the last one."""
        if len(self.p.space.pages) > 1:
            self.p.space.close_tab()
        await asyncio.sleep(0.05)

    # ---- and with what is staged -------------------------------------------------------------------------------------

    async def undo(self) -> None:
        """Take back the last step; what is gone by it was meant to go."""
        account = self.p.account
        before = wishes_of(account)
        self.p.space.undo()
        await asyncio.sleep(0.05)
        await account.staged.finished()
        await asyncio.sleep(0.1)
        self.books.gave_up(account, before)
        self.books.came_back(account, before)

    async def redo(self) -> None:
        """And again."""
        account = self.p.account
        before = wishes_of(account)
        self.p.space.redo()
        await asyncio.sleep(0.05)
        await account.staged.finished()
        await asyncio.sleep(0.1)
        self.books.gave_up(account, before)
        self.books.came_back(account, before)

    async def apply(self) -> None:
        """Review and send everything; conflicts go one way or the other."""
        account = self.p.account
        if not account.staged.count:
            return
        self.p.space.review()
        sheet = self.p.sheet(ReviewDialog)
        await until(lambda: bool(sheet.review.checked) or bool(sheet.note_text), 6)
        if sheet.review.checked:
            self._decide(sheet)
            await asyncio.sleep(0.02)
            with suppress(StopIteration):
                press(sheet, "Apply")
            await until(lambda: bool(sheet.review.sent) and not account.applier.running, 6)
        await self.books.read(self.p.desk.open_accounts)

    def _decide(self, sheet: ReviewDialog) -> None:
        """Mine as a rule; where theirs is chosen, what was typed is given up."""
        account = self.p.account
        for at, one in enumerate(sheet.review.checked):
            for merge in one.conflicts if one.error is None else ():
                theirs = self.draw.random() < 0.3
                sheet.grid.pressed_at.emit(Spot(at, merge.field), THEIRS if theirs else MINE)
                wish = (str(account.profile.id), str(one.staged.id.key), str(merge.mine))
                if theirs:
                    self.books.left_to_the_server(wish)

    async def _settle(self) -> None:
        """Wait for what is under way, then close the books."""
        for account in self.p.desk.open_accounts:
            with suppress(AssertionError):
                await until(lambda a=account: not a.applier.running, 20)  # type: ignore[misc]
            await account.staged.finished()
        await self.books.close(self.p.desk.open_accounts)
