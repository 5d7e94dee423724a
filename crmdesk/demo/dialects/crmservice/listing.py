# SPDX-License-Identifier: MIT
"""Shows records as JSON:API documents: resources, lists in pages, sparse fields, includes, sorting."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode

from crmdesk.demo.dialect import Reply
from crmdesk.demo.dialects.crmservice.catalogue import MODULES, Module, Relation
from crmdesk.demo.dialects.crmservice.filters import compile_filter, key_of
from crmdesk.demo.dialects.crmservice.office import Office, Refusal, Row
from crmdesk.demo.dialects.crmservice.values import as_json

MIME = "application/vnd.api+json"


def answer(status: int, document: Any, headers: Mapping[str, str] | None = None) -> Reply:
    """Return a document as a reply."""
    return Reply(status, json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"), MIME, headers or {})


@dataclass(frozen=True, slots=True)
class Wish:
    """How records are wanted: URL of the interface, parameters as they came.

    Parameters: page[number], page[size], offset, fields[module], filter, include, sort.
    """

    office: Office
    base: str
    url: Mapping[str, str]

    def rows(self, module: Module, rows: Iterable[Row]) -> list[Row]:
        """Return the records that pass the filter, sorted; without a wish by id.

        Raises:
            Refusal: 400: filter or sort is not understood.
        """
        found = list(rows)
        if self.url.get("filter"):
            try:
                expression = json.loads(self.url["filter"], parse_float=Decimal)
            except (ValueError, RecursionError):
                raise Refusal(400, "Invalid filter: not valid JSON", "filter") from None
            test = compile_filter(self.office, module, expression)
            found = [row for row in found if test(row) is True]
        for name in reversed([part for part in self.url.get("sort", "").split(",") if part]):
            field = module.fields.get(name.removeprefix("-"))
            if field is None:
                raise Refusal(400, f'Invalid sort: unknown field "{name.removeprefix("-")}"', "sort")
            backwards = name.startswith("-")  # NULL stands before everything else, as in MySQL
            found.sort(key=lambda row, f=field: (row[f.name] is not None, key_of(f, row[f.name]) if row[f.name] is not None else 0), reverse=backwards)  # type: ignore[misc]  # fmt: skip
        return found

    def page(self) -> tuple[int, int, int]:
        """Return page number, size, and place of the first row.

        Raises:
            Refusal: 400: no positive numbers, or a size above the limit where that is refused.
        """
        habits = self.office.habits
        number, size = self._number("page[number]", 1, 1), self._number("page[size]", habits.default_page_size, 1)
        if size > habits.max_page_size and habits.larger_pages == "refused":
            raise Refusal(400, f"page[size] must be no greater than {habits.max_page_size}.", "page[size]")
        size = min(size, habits.max_page_size)
        return number, size, self._number("offset", 0, 0) + (number - 1) * size

    def _number(self, name: str, usual: int, least: int) -> int:
        text = self.url.get(name, "") or str(usual)
        if not (text.isascii() and text.isdigit() and len(text) < 10) or int(text) < least:
            raise Refusal(400, f"{name} must be an integer no less than {least}.", name)
        return int(text)

    def relations(self, module: Module) -> list[Relation]:
        """Return the relations to include.

        Raises:
            Refusal: 400: there is no such relation; the text is the vendor's.
        """
        found = []
        for name in (part for part in self.url.get("include", "").split(",") if part):
            if name not in module.relations:
                raise Refusal(400, f"The requested relationship ({name}) doesn't exist", "include")
            found.append(module.relations[name])
        return found

    def resource(
        self, module: Module, row: Row, included: Sequence[Relation] = (), *, lean: bool = False
    ) -> dict[str, Any]:
        """Return one resource object; included relations have data, the others links, unless it is to be lean."""
        sparse = self.url.get(f"fields[{module.name}]")
        names = set(sparse.split(",")) if sparse is not None else None
        self_link = f"{self.base}/{module.name}/{row['id']}"
        relationships: dict[str, Any] = {}
        for relation in module.relations.values():
            is_included = relation in included
            if not is_included and (lean or (names is not None and relation.name not in names)):
                continue
            entry: dict[str, Any] = {"links": {"self": f"{self_link}/relationships/{relation.name}", "related": f"{self_link}/{relation.name}"}}  # fmt: skip
            if is_included:
                entry["data"] = self.linkage(relation, row)
            relationships[relation.name] = entry
        out: dict[str, Any] = {
            "id": str(row["id"]),
            "type": module.name,
            "attributes": {
                name: as_json(field, row[name], self.office.habits)
                for name, field in module.fields.items()
                if name != "id" and (names is None or name in names)
            },
        }
        if relationships:
            out["relationships"] = relationships
        return out | {"links": {"self": self_link}}

    def linkage(self, relation: Relation, row: Row) -> Any:
        """Return the identifiers at the other end of a relation."""
        found = [{"type": relation.module, "id": str(other["id"])} for other in self.office.related(relation, row)]
        return (found[0] if found else None) if relation.kind == "one" else found

    def included(self, rows: Iterable[Row], relations: Sequence[Relation]) -> list[dict[str, Any]]:
        """Return what the relations of these records lead to, each resource once."""
        found: dict[tuple[str, int], dict[str, Any]] = {}
        for row in rows:
            for relation in relations:
                for other in self.office.related(relation, row):
                    key = (relation.module, other["id"])
                    if key not in found:
                        found[key] = self.resource(MODULES[relation.module], other, lean=True)
        return list(found.values())

    def single(self, module: Module, row: Row | None) -> dict[str, Any]:
        """Return the document of one record, or of none."""
        relations = self.relations(module)
        out: dict[str, Any] = {"data": self.resource(module, row, relations) if row is not None else None}
        if relations:
            out["included"] = self.included([row] if row is not None else [], relations)
        return out

    def list(self, module: Module, rows: Iterable[Row], path: str) -> dict[str, Any]:
        """Return the document of one page of records; meta.total as the habits have it."""
        number, size, first = self.page()
        relations = self.relations(module)
        found = self.rows(module, rows)
        page = found[first : first + size]
        meta: dict[str, Any] = {"page": number, "page_size": size}
        total = {"right": len(found), "page": len(page)}.get(self.office.habits.total)
        if total is not None:
            meta["total"] = total
        lean = not self.office.habits.relationship_links
        links = {"self": self._link(path, number), "first": self._link(path, 1)}
        if number > 1:
            links["prev"] = self._link(path, number - 1)
        if first + size < len(found):
            links["next"] = self._link(path, number + 1)
        out: dict[str, Any] = {"data": [self.resource(module, row, relations, lean=lean) for row in page], "meta": meta, "links": links}  # fmt: skip
        if relations:
            out["included"] = self.included(page, relations)
        return out

    def _link(self, path: str, number: int) -> str:
        url = urlencode({**self.url, "page[number]": str(number)}, quote_via=quote)
        return f"{self.base}/{path}?{url}"
