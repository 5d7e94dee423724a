# SPDX-License-Identifier: MIT
"""Rows of a pushed query: by /Queries where the server answers them, else from the lists."""

from urllib.parse import quote

from crmdesk.connectors.vendors.webcrm import paging
from crmdesk.connectors.vendors.webcrm import query as sql
from crmdesk.connectors.vendors.webcrm.catalog import Catalog, title_of
from crmdesk.connectors.vendors.webcrm.operations import spec
from crmdesk.connectors.vendors.webcrm.paging import Place, Row
from crmdesk.connectors.vendors.webcrm.resources import NOTES, ROUTES, Resource
from crmdesk.connectors.vendors.webcrm.session import Session, rows
from crmdesk.connectors.wire.cursors import cursor_of, place_of
from crmdesk.domain.names import Cursor
from crmdesk.domain.query import Compare, Filter, Query, compares
from crmdesk.domain.record import Page


class Reader:
    """Reads pages for one conversation; keeps the last list that comes whole."""

    def __init__(self, session: Session, catalog: Catalog) -> None:
        self._session, self._catalog = session, catalog
        self._whole: tuple[str, tuple[Row, ...]] = ("", ())

    def page(self, query: Query, after: Cursor | None, limit: int) -> Page:
        """Rows from ``after`` on, at most ``limit``."""
        reader = self._catalog.reader(query.module)
        one, place = reader.resource, place_of(Place, after)
        if one.name == NOTES:
            return Page(())  # they hang on activities, and only there
        found = self._read(one, query, place, limit)
        records = [reader.record(row) for row in found.rows]
        for record, row in zip(records, found.rows, strict=True):
            self._catalog.remember(record.id, title_of(one, row))
        return Page(self._catalog.with_names(records), cursor_of(found.after), restarted=found.restarted)

    def explain(self, query: Query, limit: int) -> str:
        """What is asked for the first page."""
        one = self._catalog.resource(query.module)
        by_value = self._route(one, query)
        if by_value is not None or not self._catalog.can_query(one):
            path, value = by_value or (one.path, "")
            text = f"GET {spec('GET', path).filled(dict.fromkeys(spec('GET', path).places, value or '1'))}"
            return f"{text}?Page=1&Size={limit}" if one.is_paged else text
        text = self._text(one, query)
        dropped = self._terms(one, query.where).dropped
        more = f"\n({dropped} conditions cannot be said there and are applied here)" if dropped else ""
        return f"{text}\nGET /Queries?script={quote(text)}&Page=1&Size={limit}{more}"

    def _read(self, one: Resource, asked: Query, place: paging.Place | None, limit: int) -> paging.Rows:
        if not one.is_paged:
            if place is None or self._whole[0] != one.path:
                self._whole = (one.path, rows(self._session.get(one.path), one.path))
            return paging.at_once(self._whole[1], one.id_field, place, limit)
        by_value = self._route(one, asked)
        if by_value is not None or not self._catalog.can_query(one):
            path, value = by_value or (one.path, "")
            return paging.by_pages(lambda p, s: self._window(path, value, p, s), one.id_field, place, limit)
        if not asked.order:
            read = lambda last, size: self._catalog.queried(self._text(one, asked, after=last), 1, size)  # noqa: E731
            return paging.by_id(read, one.id_field, place, limit)
        text = self._text(one, asked)
        return paging.by_pages(lambda p, s: self._catalog.queried(text, p, s), one.id_field, place, limit)

    def _window(self, path: str, value: str, page: int, size: int) -> tuple[Row, ...]:
        return rows(self._session.get(path, value, Page=str(page), Size=str(size)), path)

    def _route(self, one: Resource, asked: Query) -> tuple[str, str] | None:
        """A list by one value: where that is all that is asked, or all that can be asked."""
        if asked.order:
            return None
        alone = isinstance(asked.where, Compare)
        if not alone and self._catalog.can_query(one) and self._terms(one, asked.where).text:
            return None
        return sql.route(asked.where, one, self._catalog.schema(one.name))

    def _terms(self, one: Resource, where: Filter | None) -> sql.Terms:
        schema = self._catalog.schema(one.name)
        asked = (schema.field(one.field) for one in compares(where))
        is_text = any(f is not None and f.type.is_text and (one.name, f.name) not in ROUTES for f in asked)
        folding = self._catalog.folding(one) if is_text else sql.Folding()
        return sql.conditions(where, schema, folding)

    def _text(self, one: Resource, asked: Query, *, after: str = "") -> str:
        columns = sql.columns(one, asked.fields, asked.order, self._catalog.schema(one.name))
        return sql.select(one, columns, self._terms(one, asked.where), asked.order, after=after)
