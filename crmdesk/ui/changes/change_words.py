# SPDX-License-Identifier: MIT
"""Labels, values and titles of changes in the person's words, with whatever schemas are known by now."""

from collections.abc import Iterable

from crmdesk.connectors.port import EditsLines
from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineShape
from crmdesk.domain.schema import Field, Schema
from crmdesk.domain.values import Value, plain
from crmdesk.engine.session import AccountSession
from crmdesk.engine.staging import Kind, StagedRecord
from crmdesk.ui.formats import Formats
from crmdesk.ui.sales.line_parts import LineParts
from crmdesk.ui.wording import tr


class ChangeWords:
    """Words for one account's changes. Never asks the server: a schema is the session's, or the last visit's."""

    def __init__(self, session: AccountSession, formats: Formats) -> None:
        self._session, self._formats = session, formats
        self._remembered: dict[ModuleName, Schema | None] = {}

    def schema(self, module: ModuleName) -> Schema | None:
        """What is known of a module, None = nothing yet."""
        return self._session.known_schema(module) or self._remembered.get(module)

    def missing(self, records: Iterable[StagedRecord]) -> frozenset[ModuleName]:
        """Modules that nobody has looked up yet."""
        modules = {staged.id.module for staged in records}
        return frozenset(m for m in modules if self.schema(m) is None and m not in self._remembered)

    async def learn(self, modules: Iterable[ModuleName]) -> None:
        """Look up what the last visit left on disk."""
        for module in modules:
            self._remembered[module] = await self._session.remembered_schema(module)

    async def learn_lines(self, records: Iterable[StagedRecord]) -> None:
        """Ask what the lines of documents can hold, so that their parts have names.

        Raises:
            CrmError.
        """
        for module in {one.id.module for one in records if one.kind is Kind.LINES or one.is_new_document}:
            if self._session.offers(EditsLines):
                await self._session.line_shape(module)

    def line_parts(self, module: ModuleName) -> LineParts:
        """Words for the parts of a module's lines, as far as they are known."""
        return LineParts(self._session.known_line_shape(module) or LineShape(), self._formats)

    def field(self, module: ModuleName, name: FieldName) -> Field | None:
        """A field, None while its schema is unknown."""
        schema = self.schema(module)
        return schema.field(name) if schema is not None else None

    def field_label(self, module: ModuleName, name: FieldName) -> str:
        """The field as people call it, else its own name."""
        field = self.field(module, name)
        return field.label if field is not None else str(name)

    def module_label(self, module: ModuleName) -> str:
        """One record of the module as people call it."""
        schema = self.schema(module)
        return schema.module.label if schema is not None else str(module)

    def text(self, module: ModuleName, name: FieldName, value: Value, label: str = "") -> str:
        """A value in one line; "" = empty."""
        field = self.field(module, name)
        shown = label or plain(value) if field is None else self._formats.text(value, field, label)
        return " ⏎ ".join(line.strip() for line in shown.splitlines() if line.strip())

    def base_text(self, staged: StagedRecord, name: FieldName) -> str:
        """The value as it was loaded."""
        return self.record_text(staged.base, name)

    def record_text(self, record: Record, name: FieldName) -> str:
        """A record's value with its own label."""
        return self.text(record.id.module, name, record.values.get(name), record.labels.get(name, ""))

    def wanted_text(self, staged: StagedRecord, name: FieldName) -> str:
        """The value that is wanted."""
        return self.text(staged.id.module, name, staged.values.get(name), staged.labels.get(name, ""))

    def record_title(self, record: Record) -> str:
        """How people know a record on the server."""
        schema = self.schema(record.id.module)
        return self._formats.title(record, schema) if schema is not None else record.id.key

    def title(self, staged: StagedRecord) -> str:
        """How people know the record."""
        schema = self.schema(staged.id.module)
        if staged.kind is Kind.CREATE:
            named = self._formats.title(staged.base, schema, staged.values) if schema is not None else ""
            is_named = bool(named) and named != staged.id.key
            return named if is_named else staged.title or tr("New {what}", what=self.module_label(staged.id.module))
        if staged.title:
            return staged.title
        return self._formats.title(staged.base, schema) if schema is not None else staged.id.key
