# SPDX-License-Identifier: MIT
"""Which account a command is about, and where its secrets come from. Blocking: runs before the loop."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from getpass import getpass

from crmdesk.cli.output import say
from crmdesk.cli.trouble import Usage
from crmdesk.connectors.port import ProfileField, VendorPlugin
from crmdesk.connectors.registry import plugin_for
from crmdesk.domain.errors import ProfileError
from crmdesk.domain.names import VendorName
from crmdesk.engine.desk import Desk
from crmdesk.engine.logins import split_login
from crmdesk.engine.network import IN_THE_CLEAR, is_in_the_clear
from crmdesk.engine.profiles import Environment, Profile, checked, unsaved_account_id
from crmdesk.translation import told, tr


@dataclass(frozen=True, slots=True)
class Target:
    """An account and the secrets that were given for this run, by field."""

    profile: Profile
    secrets: Mapping[str, str]

    def lend_secrets(self, desk: Desk) -> None:
        """Let the desk know them until the program ends."""
        for name, secret in self.secrets.items():
            desk.secrets.keep_for_this_run(self.profile.id, name, secret)


def target_of(arguments: argparse.Namespace, desk: Desk, *, with_secrets: bool = True) -> Target:
    """The account of ``--account``, or the unsaved one of ``--vendor`` and ``--url``.

    Args:
        with_secrets: an unsaved account needs them; off for what asks no server.

    Raises:
        Usage: neither or both, or a field is missing or unknown.
    """
    if arguments.account and arguments.vendor:
        raise Usage(tr("Give either --account or --vendor, not both."))
    if arguments.account:
        given = [o for o in ("url", "set", "proxy", "ca_file") if getattr(arguments, o)]
        if given:
            raise Usage(
                tr("--{replace} belongs to --vendor; a saved account has its own.", replace=given[0].replace("_", "-"))
            )
        profile = saved(arguments.account, desk)
        return Target(profile, given_secrets(arguments, plugin_of(profile.vendor, desk)))
    if not arguments.vendor:
        raise Usage(tr("Name an account: --account NAME, or --vendor NAME --url ADDRESS for one that is not saved."))
    plugin = plugin_of(arguments.vendor, desk)
    settings = settings_of(arguments, plugin)
    who = settings.get("user") or "\n".join(f"{name}={text}" for name, text in sorted(settings.items()))
    url = (arguments.url or "").strip()
    profile = profile_of(arguments, Profile(
        id=unsaved_account_id(plugin.vendor, url, who), name=plugin.title, vendor=plugin.vendor, url=url,
        settings=settings, temporary=True,
    ))  # fmt: skip
    return Target(profile, needed_secrets(given_secrets(arguments, plugin), plugin) if with_secrets else {})


def warn_in_the_clear(profile: Profile) -> None:
    """Say in a line that what is sent to this account's address can be read on the way; nothing where it cannot.

    A production account is refused instead.
    """
    with suppress(ValueError):  # no address: opening it says so
        if is_in_the_clear(profile.url) and profile.environment is not Environment.PRODUCTION:
            say(told(IN_THE_CLEAR))


def saved(name: str, desk: Desk) -> Profile:
    """The saved account of that name.

    Raises:
        Usage: no such account. ProfileError: the accounts cannot be read.
    """
    known = desk.profiles.all()
    try:
        return desk.profiles.find(name)
    except ProfileError as error:
        raise Usage(
            error.user_text if known else tr("No account has the name “{name}”: none is saved yet.", name=name)
        ) from error


def profile_of(arguments: argparse.Namespace, profile: Profile) -> Profile:
    """The profile with the options that every account may have.

    Raises:
        Usage: no address, or one that holds a password.
    """
    if split_login(arguments.proxy)[1]:
        raise Usage(
            tr("A password on the command line can be read by everybody on this computer: write --proxy without it.")
            + " "
            + tr("Save the account in the window, which keeps it in the keychain, or set HTTPS_PROXY for the program.")
        )
    if not profile.url:
        raise Usage(tr("Give the address of the CRM: --url ADDRESS."))
    try:
        return checked(replace(profile, proxy=arguments.proxy, ca_file=arguments.ca_file))
    except ProfileError as error:
        raise Usage(error.user_text) from error


def settings_of(arguments: argparse.Namespace, plugin: VendorPlugin) -> dict[str, str]:
    """What ``--set`` gives, with the vendor's defaults.

    Raises:
        Usage: an unknown, secret or missing field, or a value that is none of the choices.
    """
    fields = {field.name: field for field in plugin.profile_fields}
    settings = {f.name: f.default for f in plugin.profile_fields if f.default and not f.secret}
    for pair in arguments.set:
        name, sign, value = pair.partition("=")
        if not sign:
            raise Usage(tr("--set takes FIELD=VALUE, not {name}.", name=name))
        if name not in fields:
            open_ones = ", ".join(f.name for f in plugin.profile_fields if not f.secret) or "none"
            raise Usage(
                tr(
                    "{plugin} has no field “{name}”. Its fields: {open_ones}.",
                    plugin=plugin.title,
                    name=name,
                    open_ones=open_ones,
                )
            )
        if fields[name].secret:
            raise Usage(
                tr(
                    "{fields} is a secret: give it with --secret-env or --secret-stdin, never with --set.",
                    fields=fields[name].label,
                )
            )
        if fields[name].choices and value not in fields[name].choices:
            raise Usage(
                tr("{fields} is one of: {choices}.", fields=fields[name].label, choices=", ".join(fields[name].choices))
            )
        settings[name] = value
    for field in plugin.profile_fields:
        if field.required and not field.secret and not settings.get(field.name, "").strip():
            raise Usage(
                tr(
                    "{plugin} needs {field}: --set {field_2}=…",
                    plugin=plugin.title,
                    field=field.label.lower(),
                    field_2=field.name,
                )
            )
    return settings


def given_secrets(arguments: argparse.Namespace, plugin: VendorPlugin) -> dict[str, str]:
    """What ``--secret-env`` and ``--secret-stdin`` give, by field; may be empty.

    Raises:
        Usage: a variable that is not set, or a field that cannot be told.
    """
    fields = _secret_fields(plugin)
    found: dict[str, str] = {}
    for pair in arguments.secret_env:
        field, variable = _field_and_variable(pair, fields, plugin)
        secret = os.environ.get(variable, "")
        if not secret:
            raise Usage(tr("The environment variable {variable} is not set, or empty.", variable=variable))
        found[field] = secret
    if arguments.secret_stdin:
        for one in fields:
            line = sys.stdin.readline().rstrip("\r\n")
            if line:
                found[one.name] = line
        if not found:
            raise Usage(tr("--secret-stdin found nothing on standard input."))
    return found


def needed_secrets(
    given: Mapping[str, str], plugin: VendorPlugin, known: Sequence[str] = (), *, ask: bool = True
) -> dict[str, str]:
    """``given``, and what a person at the terminal types for the rest; an optional secret that is missing is "".

    Args:
        known: fields that the keychain has.

    Raises:
        Usage: a required one is missing and nobody can be asked.
    """
    found = dict(given)
    for field in _secret_fields(plugin):
        if field.name in found or field.name in known:
            continue
        if ask and not given and sys.stdin is not None and sys.stdin.isatty():
            found[field.name] = _asked(_prompt(field))
        if field.required and not found.get(field.name):
            raise Usage(
                tr(
                    "The {field} is missing: give it with --secret-env NAME or --secret-stdin.",
                    field=field.label.lower(),
                )
            )
        found.setdefault(field.name, "")
    return found


def _prompt(field: ProfileField) -> str:
    label = told(field.label)
    return f"{label}: " if field.required else f"{tr('{secret} (may be empty)', secret=label)}: "


def _asked(prompt: str) -> str:
    """What a person types, without showing it; "" where the terminal is closed instead."""
    try:
        return getpass(prompt).strip()
    except EOFError:
        return ""


def _secret_fields(plugin: VendorPlugin) -> list[ProfileField]:
    return [field for field in plugin.profile_fields if field.secret]


def _field_and_variable(pair: str, fields: Sequence[ProfileField], plugin: VendorPlugin) -> tuple[str, str]:
    """``FIELD=NAME``, or ``NAME`` alone where it is clear which secret is meant."""
    names = [field.name for field in fields]
    field, sign, variable = pair.partition("=")
    if sign:
        if field not in names:
            raise Usage(
                tr(
                    "{plugin} has no secret “{field}”. Its secrets: {names}.",
                    plugin=plugin.title,
                    field=field,
                    names=", ".join(names) or "none",
                )
            )
        return field, variable
    required = [one.name for one in fields if one.required]
    if len(names) == 1 or len(required) == 1:
        return (names if len(names) == 1 else required)[0], pair
    if not names:
        raise Usage(tr("{plugin} has no secrets.", plugin=plugin.title))
    raise Usage(
        tr(
            "{plugin} has several secrets: write --secret-env FIELD={pair} for each of {names}.",
            plugin=plugin.title,
            pair=pair,
            names=", ".join(names),
        )
    )


def plugin_of(vendor: str, desk: Desk) -> VendorPlugin:
    """The vendor of that name.

    Raises:
        Usage: there is none.
    """
    try:
        return plugin_for(VendorName(vendor), desk.plugins)
    except ProfileError as error:
        raise Usage(error.user_text) from error
