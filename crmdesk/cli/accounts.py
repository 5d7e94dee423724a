# SPDX-License-Identifier: MIT
"""``crmdesk accounts``: list, add, remove and test saved accounts."""

import argparse
import sys
from collections.abc import Coroutine

from crmdesk.cli.account import (
    Target,
    given_secrets,
    needed_secrets,
    plugin_of,
    profile_of,
    saved,
    settings_of,
    target_of,
    warn_in_the_clear,
)
from crmdesk.cli.output import print_json, print_table, standard_output
from crmdesk.cli.shapes import profile_shape
from crmdesk.cli.trouble import Usage
from crmdesk.engine.desk import Desk
from crmdesk.engine.profiles import Environment, Profile, new_account_id
from crmdesk.translation import tr


def prepared(arguments: argparse.Namespace, desk: Desk) -> Coroutine[object, object, None]:
    """Check the arguments and ask for secrets now; what is left to do runs on the loop.

    Raises:
        Usage.
    """
    match arguments.action:
        case "list":
            return _list(arguments, desk)
        case "add":
            return _add(_wanted(arguments, desk), desk)
        case "remove":
            return _remove(saved(arguments.name, desk), desk)
        case _:
            if arguments.name and arguments.account:
                raise Usage(tr("Name the account once."))
            arguments.account = arguments.account or arguments.name
            return _test(arguments, target_of(arguments, desk), desk)


async def _list(arguments: argparse.Namespace, desk: Desk) -> None:
    profiles = desk.profiles.all()
    if arguments.json:
        print_json(standard_output(), [profile_shape(p) for p in profiles])
    elif not profiles:
        print(tr("No account is saved yet: crmdesk accounts add NAME --vendor … --url …"), file=sys.stderr)
    else:
        rows = [[p.name, p.vendor, p.url, " ".join(f"{n}={t}" for n, t in p.settings.items()), p.environment.value]
                for p in profiles]  # fmt: skip
        print_table(standard_output(), [tr("name"), tr("vendor"), tr("url"), tr("set"), tr("environment")], rows)


def _wanted(arguments: argparse.Namespace, desk: Desk) -> Target:
    name = arguments.name.strip()
    if not name:
        raise Usage(tr("Give the account a name."))
    if any(name == profile.name for profile in desk.profiles.all()):
        raise Usage(tr("There is an account “{name}” already; remove it first, or choose another name.", name=name))
    if not arguments.vendor:
        raise Usage(tr("Name the vendor: --vendor, one of {plugins}.", plugins=", ".join(desk.plugins)))
    plugin = plugin_of(arguments.vendor, desk)
    settings = settings_of(arguments, plugin)
    profile = profile_of(arguments, Profile(
        id=new_account_id(), name=name, vendor=plugin.vendor, url=(arguments.url or "").strip(), settings=settings,
        environment=Environment(arguments.environment),
    ))  # fmt: skip
    return Target(profile, needed_secrets(given_secrets(arguments, plugin), plugin))


async def _add(target: Target, desk: Desk) -> None:
    kept = await desk.save(target.profile, target.secrets)
    warn_in_the_clear(target.profile)
    if kept:
        print(tr("Saved “{name}”.", name=target.profile.name), file=sys.stderr)
        return
    print(
        tr(
            "Saved “{profile}” without its secrets. {keychain_trouble} Give them each time with --secret-env or --secret-stdin.",
            profile=target.profile.name,
            keychain_trouble=desk.secrets.keychain_trouble,
        ),
        file=sys.stderr,
    )


async def _remove(profile: Profile, desk: Desk) -> None:
    await desk.remove(profile)
    print(tr("Forgot “{profile}”. Its journal stays on this computer.", profile=profile.name), file=sys.stderr)


async def _test(arguments: argparse.Namespace, target: Target, desk: Desk) -> None:
    warn_in_the_clear(target.profile)
    result = await desk.test(target.profile, target.secrets)
    identity = result.identity
    if arguments.json:
        print_json(standard_output(), {
            "user": identity.user, "full_name": identity.full_name, "server": identity.server,
            "is_admin": identity.is_admin, "modules": result.modules, "elapsed_ms": round(result.elapsed_ms),
            "details": dict(identity.details),
        })  # fmt: skip
        return
    who = identity.user if identity.full_name in ("", identity.user) else f"{identity.full_name} ({identity.user})"
    text = tr(
        "It works: signed in as {who} on {server}, {modules} modules, {elapsed_ms} ms.",
        who=who,
        server=identity.server,
        modules=result.modules,
        elapsed_ms=f"{result.elapsed_ms:.0f}",
    )
    standard_output().write(text + "\n")
