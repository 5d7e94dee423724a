# SPDX-License-Identifier: MIT
"""Types and operations of both families: what the WSDLs say, and how parameters are read (sugarsoap.md 3 and 4)."""

from collections.abc import Mapping
from dataclasses import dataclass

NAMESPACE = "http://www.sugarcrm.com/sugarcrm"

Members = tuple[tuple[str, str], ...]
"""Names and types in order; a type is "string", "int", a struct's name, or one of these with "[]" behind it."""


def _members(text: str) -> Members:
    """Read "id error:error_value": what has no type is a string."""
    return tuple((name, kind or "string") for name, _, kind in (part.partition(":") for part in text.split()))


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation's parameters and the type of its result."""

    name: str
    parameters: Members
    result: str


_SHARED = {
    "user_auth": "user_name password version",
    "error_value": "number name description",
    "set_entry_result": "id error:error_value",
    "set_entries_result": "ids:string[] error:error_value",
    "name_value": "name value",
    "entry_value": "id module_name name_value_list:name_value[]",
    "get_entry_list_result": "result_count:int next_offset:int field_list:field[] entry_list:entry_value[] error:error_value",
    "get_entry_result": "field_list:field[] entry_list:entry_value[] error:error_value",
    "module_list": "modules:string[] error:error_value",
    "id_mod": "id date_modified deleted:int",
    "get_relationships_result": "ids:id_mod[] error:error_value",
    "set_relationship_value": "module1 module1_id module2 module2_id",
    "set_relationship_list_result": "created:int failed:int error:error_value",
    "note_attachment": "id filename file",
    "return_note_attachment": "note_attachment:note_attachment error:error_value",
    "document_revision": "id document_name revision filename file",
    "contact_detail": "email_address name1 name2 association id msi_id type",
    "user_detail": "email_address user_name first_name last_name department id title",
    "get_entry_list_result_encoded": "result_count:int next_offset:int total_count:int field_list:string[] entry_list error:error_value",
}
_SPLENDID_OWN = {
    "field": "name type label required:int options:name_value[]",
    "module_fields": "module_name module_fields1:field[] error:error_value",
}
_SUITE_OWN = {
    "field": "name type label required:int options:name_value[] default_value",
    "module_fields": "module_name module_fields:field[] error:error_value",
    "get_entries_count_result": "result_count:int error:error_value",
    "return_document_revision": "document_revision:document_revision error:error_value",
}
SPLENDID_STRUCTS: Mapping[str, Members] = {n: _members(t) for n, t in (_SHARED | _SPLENDID_OWN).items()}
SUITE_STRUCTS: Mapping[str, Members] = {n: _members(t) for n, t in (_SHARED | _SUITE_OWN).items()}

_LOGIN = "user_name password"
_LIST = "session module_name query order_by offset:int select_fields:string[] max_results:int deleted:int"
_OPERATIONS = f"""
get_server_version =
get_splendid_version =
get_sugar_flavor =
is_loopback = -> int
test = s
get_server_time =
get_gmt_time =
create_session = {_LOGIN}
login = user_auth:user_auth application_name -> set_entry_result
end_session = user_name
seamless_login = session -> int
logout = session -> error_value
get_user_id = session
get_user_team_id = session
create_contact = {_LOGIN} first_name last_name email_address
create_lead = {_LOGIN} first_name last_name email_address
create_account = {_LOGIN} name phone website
create_opportunity = {_LOGIN} name amount
create_case = {_LOGIN} name
contact_by_email = {_LOGIN} email_address -> contact_detail[]
user_list = {_LOGIN} -> user_detail[]
search = {_LOGIN} name -> contact_detail[]
search_by_module = {_LOGIN} search_string modules:string[] offset:int max_results:int -> get_entry_list_result
track_email = {_LOGIN} parent_id contact_ids date_sent:dateTime email_subject email_body
get_entry_list = {_LIST} -> get_entry_list_result
get_entry = session module_name id select_fields:string[] -> get_entry_result
get_entries = session module_name ids:string[] select_fields:string[] -> get_entry_result
set_entry = session module_name name_value_list:name_value[] -> set_entry_result
set_entries = session module_name name_value_lists:name_value[][] -> set_entries_result
set_note_attachment = session note:note_attachment -> set_entry_result
get_note_attachment = session id -> return_note_attachment
relate_note_to_module = session note_id module_name module_id -> error_value
get_related_notes = session module_name module_id select_fields:string[] -> get_entry_result
get_module_fields = session module_name -> module_fields
get_available_modules = session -> module_list
update_portal_user = session portal_name name_value_list:name_value[] -> error_value
sync_get_modified_relationships = session module_name related_module from_date to_date offset:int max_results:int deleted:int module_id select_fields:string[] ids:string[] relationship_name deletion_date php_serialize:int -> get_entry_list_result_encoded
get_relationships = session module_name module_id related_module related_module_query deleted:int -> get_relationships_result
set_relationship = session set_relationship_value:set_relationship_value -> error_value
set_relationships = session set_relationship_list:set_relationship_value[] -> set_relationship_list_result
set_document_revision = session document_revision:document_revision -> set_entry_result
"""
_SUITE_MORE = """
get_entries_count = session module_name query deleted:int -> get_entries_count_result
get_document_revision = session id -> return_document_revision
is_user_admin = session -> int
get_user_team_set_id = session
"""
# Not pretended at SuiteCRM, nor are its operations for mail merge, campaigns and invitations.
_SUITE_WITHOUT = ("get_splendid_version", "track_email", "update_portal_user", "sync_get_modified_relationships")


def _operations(text: str) -> dict[str, Operation]:
    found = {}
    for line in text.strip().splitlines():
        name, _, rest = line.partition(" =")
        parameters, _, result = rest.partition("->")
        found[name] = Operation(name, _members(parameters), result.strip() or "string")
    return found


SPLENDID_OPERATIONS: Mapping[str, Operation] = _operations(_OPERATIONS)
SUITE_OPERATIONS: Mapping[str, Operation] = {
    name: operation
    for name, operation in _operations(
        _OPERATIONS.replace(" document_revision:", " note:") + _SUITE_MORE.lstrip()
    ).items()
    if name not in _SUITE_WITHOUT
}
