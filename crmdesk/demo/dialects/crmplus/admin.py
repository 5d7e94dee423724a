# SPDX-License-Identifier: MIT
"""Administration: modules and languages on and off, passwords, deleting a user. On vtiger the last two are broken."""

from typing import Any

from crmdesk.demo.dialects.crmplus.office import Call
from crmdesk.demo.dialects.crmplus.refusals import Refusal, Sorry, denied


def get_access_list(call: Call) -> dict[str, Any]:
    """Return what is switched on; modules as numbers, languages as strings, as in the document."""
    active = _switches(call)
    if call.need("elementType") == "Modules":
        return {name: {"active": int(on)} for name, on in active.items()}
    return {name: {"active": str(int(on))} for name, on in active.items()}


def update_access(call: Call) -> dict[str, Any]:
    """Switch modules or languages; administrators only. Unknown names are answered with success false."""
    active = _switches(call)
    if not call.user.is_admin:
        raise denied()
    element = call.json("element")
    if not isinstance(element, dict):
        raise denied("for element")
    out: dict[str, Any] = {}
    with call.office.store.lock:
        for name, wish in element.items():
            known = name in active and isinstance(wish, dict) and str(wish.get("active")) in ("0", "1")
            if known:
                active[name] = str(wish["active"]) == "1"
            out[name] = {"success": known}
    return out


def change_password(call: Call) -> dict[str, str]:
    """Change a user's web password: one's own, or anybody's as administrator."""
    _broken_on_vtiger(call)
    module, number = call.locate(call.need("id")) if call.user.is_admin else (None, _own(call))
    if module is not None and module.plain_name != "Users":
        raise denied()
    sessions = call.office.sessions
    user = next((u for u in sessions.users.values() if u.number == number), None)
    if user is None:
        raise Refusal("RECORD_NOT_FOUND", "Record you are trying to access is not found")
    if call.parameters.get("oldPassword", "") != sessions.passwords[user.name]:
        raise Refusal("INVALID_OLD_PASSWORD", "Given old password is invalid")
    new = call.parameters.get("newPassword", "")
    if not new or new != call.parameters.get("confirmPassword"):
        raise Refusal("NEW_PASSWORD_MISMATCH", "New password and confirm password do not match")
    sessions.passwords[user.name] = new
    return {"message": "Changed password successfully"}


def delete_user(call: Call) -> dict[str, str]:
    """Delete a user and hand everything he owns to another user or group (newOwnerId; the text of the document says newOwnerid)."""
    _broken_on_vtiger(call)
    if not call.user.is_admin:
        raise denied()
    module, number, _ = call.record(call.need("id"))
    heir = call.parameters.get("newOwnerId") or call.need("newOwnerid")
    heir_module, heir_number, _ = call.record(heir)
    if (
        module.plain_name != "Users"
        or heir_module.plain_name not in ("Users", "Groups")
        or (module, number) == (heir_module, heir_number)
    ):
        raise denied()
    if number == call.user.number:
        raise denied()
    office = call.office
    gone, heir_id = f"{module.prefix}x{number}", f"{heir_module.prefix}x{heir_number}"
    with office.store.lock:
        for other in office.catalogue.modules.values():
            if "assigned_user_id" in other.by_name:
                for found in list(office.store.referring(other.name, ("assigned_user_id",), gone)):
                    office.store.table(other.name).rows[found]["assigned_user_id"] = heir_id
        office.store.remove(module.name, number, "")
        user = next((u for u in office.sessions.users.values() if u.number == number), None)
        if user is not None:
            office.sessions.end_all_of(user)
    return {"status": "successful"}


def _switches(call: Call) -> dict[str, bool]:
    kind = call.need("elementType")
    if kind == "Modules":
        return call.office.active_modules
    if kind == "Languages":
        return call.office.active_languages
    raise denied(f"for name : {kind}")


def _own(call: Call) -> int:
    wanted = call.need("id").rpartition("x")[2]
    if wanted != str(call.user.number):
        raise denied()
    return call.user.number


def _broken_on_vtiger(call: Call) -> None:
    if not call.office.habits.is_crmplus:
        raise Sorry("Sorry! Attempt to access restricted file.")
