# SPDX-License-Identifier: MIT
"""What the installation offers over SOAP: its modules with their plans, fields and lists, each asked once."""

from dataclasses import dataclass

from crmdesk.connectors.vendors.crmservice.soap import meta, parse, planner, query
from crmdesk.connectors.vendors.crmservice.soap.planner import ModulePlan
from crmdesk.connectors.vendors.crmservice.soap.session import SoapSession
from crmdesk.domain.errors import ConnectionFailed, CrmError, SessionExpired, Unsupported
from crmdesk.domain.names import ModuleName
from crmdesk.domain.schema import Choice, Module, Schema
from crmdesk.domain.sentence import sentence

FIELDS, PICKLISTS, ENTITIES = "field", "picklist", "entity"
_HELPERS = frozenset({"session", FIELDS, PICKLISTS, ENTITIES})


@dataclass(frozen=True, slots=True)
class Known:
    """One module and its manager; "" = it has none, records are saved by ``entityManager`` alone."""

    module: Module
    manager: str
    plan: ModulePlan


class Catalog:
    """Owned by one connector; forgets at each login."""

    def __init__(self, session: SoapSession, language: str) -> None:
        self._session, self._language = session, language
        self._known: dict[ModuleName, Known] | None = None
        self._schemas: dict[ModuleName, Schema] = {}
        self._lists: dict[int, tuple[Choice, ...]] = {}
        self._plans: dict[str, ModulePlan] = {}
        self._told: dict[ModuleName, tuple[meta.CrmField, ...]] = {}

    def begin(self) -> None:
        """A new login."""
        self._known = None
        self._schemas.clear()

    def modules(self) -> tuple[Module, ...]:
        """Every module that something can be done with."""
        return tuple(one.module for one in self._all().values())

    def known(self, name: ModuleName) -> Known:
        """One module.

        Raises:
            Unsupported: the installation has none of that name.
        """
        found = self._all().get(name)
        if found is None:
            raise Unsupported(sentence("a module named {name}", name=name))
        return found

    def plan(self, manager: str) -> ModulePlan:
        """What a manager offers."""
        if manager not in self._plans:
            wsdl = self._session.managers.wsdl(manager)
            operations = wsdl.operations if wsdl is not None else {}
            self._plans[manager] = planner.plan(manager, operations, self._session.session_type)
        return self._plans[manager]

    @property
    def takes_any(self) -> bool:
        """Whether ``entityManager`` saves records of any module."""
        managers = self._session.managers
        return self._session.has(managers.named(ENTITIES), "bulkEntitySave")

    def _all(self) -> dict[ModuleName, Known]:
        if self._known is None:
            takes_any = self.takes_any
            found: dict[ModuleName, Known] = {}
            plans = {name: self.plan(name) for name in self._session.managers.names()}
            unlisted = self._unlisted(plans)
            for manager, plan in plans.items():
                if plan.stem in _HELPERS or not plan.is_anything:
                    continue
                name = meta.crm_name(plan.stem)
                found.setdefault(name, self._one(name, manager, plan, manager not in unlisted, takes_any=takes_any))
            for name in map(ModuleName, meta.WRITE_ONLY if takes_any else ()):
                found.setdefault(name, self._one(name, "", ModulePlan(stem=""), False, takes_any=True))
            self._known = found
        return self._known

    def _one(self, name: ModuleName, manager: str, plan: ModulePlan, listed: bool, *, takes_any: bool) -> Known:
        module = meta.module_of(
            name,
            plan,
            takes_any=takes_any,
            can_be_listed=listed and plan.listing is not None,
            is_document=bool(plan.rows),
        )
        return Known(module, manager, plan)

    def _unlisted(self, plans: dict[str, ModulePlan]) -> frozenset[str]:
        """The managers whose search gives nothing without a condition; tried once and remembered with the account."""
        remembered = self._session.managers.unlisted()
        if remembered is not None:
            return remembered
        found = frozenset(name for name, plan in plans.items() if not self._lists_without_condition(name, plan))
        self._session.managers.remember_unlisted(found)
        return found

    def _lists_without_condition(self, manager: str, plan: ModulePlan) -> bool:
        if plan.listing is None or not plan.listing.is_search:
            return plan.listing is not None
        told = query.criteria(plan.listing, None, limit=1, offset=0)
        try:
            result = self._session.call(manager, plan.listing.call.operation, told, write=False)
            return bool(parse.rows_of(result, manager))
        except (ConnectionFailed, SessionExpired):
            raise
        except CrmError:
            return False

    # Fields

    def schema(self, name: ModuleName) -> Schema:
        """A module's fields, with labels in the user's language and the values of its lists."""
        if name not in self._schemas:
            one = self.known(name)
            told = self._crm_fields(name)
            self._schemas[name] = meta.schema_of(
                one.module,
                one.plan,
                told,
                self._picklist,
                stems={other.plan.stem: key for key, other in self._all().items() if other.plan.can_read},
                takes_any=self.takes_any and bool(told),
            )
        return self._schemas[name]

    def _crm_fields(self, name: ModuleName) -> tuple[meta.CrmField, ...]:
        if name not in self._told:
            manager = self._session.managers.named(FIELDS)
            if not self._session.has(manager, "getCrmFields"):
                return ()
            try:
                operation = self._session.operation(manager, "getCrmFields")
                own = planner.session_name(operation, self._session.session_type)
                (part,) = (one for one in operation.parameters if one.name != own)
                result = self._session.call(manager, operation, {part.name: str(name)}, write=False)
            except (ConnectionFailed, SessionExpired):
                raise
            except (CrmError, ValueError):
                return ()  # this key may not ask, or the module is called otherwise there: the WSDL's types remain
            self._told[name] = meta.crm_fields(result, self._language)
        return self._told[name]

    def _picklist(self, number: int) -> tuple[Choice, ...]:
        if number not in self._lists:
            manager = self._session.managers.named(PICKLISTS)
            try:
                operation = self._session.operation(manager, "getPicklistValues")
                own = planner.session_name(operation, self._session.session_type)
                of_list, of_language = (one for one in operation.parameters if one.name != own)
                told = {of_list.name: number, of_language.name: meta.locale_of(self._language)}
                self._lists[number] = meta.choices_of(self._session.call(manager, operation, told, write=False))
            except (ConnectionFailed, SessionExpired):
                raise
            except (CrmError, ValueError):
                self._lists[number] = ()
        return self._lists[number]
