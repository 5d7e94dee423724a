# SPDX-License-Identifier: MIT
"""Hands pip's own settings to uv, which does not read them: whoever told pip where packages come from told us, too.

Read are pip's files in its order (site, user, PIP_CONFIG_FILE; later ones win) and its PIP_... variables, which win
over all. Source: pip's documentation, topic "Configuration", seen 2026-11-22.
"""

from __future__ import annotations

import configparser
import os
import sys
from collections.abc import Mapping

SETTINGS = ("index-url", "extra-index-url", "find-links", "no-index", "cert", "proxy", "trusted-host")


def uv_environ(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for uv: the given one, plus what pip's settings mean to uv; what UV_... says stays."""
    found = pip_settings(environ)
    wanted = {
        "UV_DEFAULT_INDEX": found.get("index-url"),
        "UV_INDEX": found.get("extra-index-url"),
        "UV_FIND_LINKS": ",".join(found.get("find-links", "").split()),
        "UV_NO_INDEX": "1" if found.get("no-index", "").lower() in ("1", "true", "yes", "on") else None,
        "UV_INSECURE_HOST": found.get("trusted-host"),
        "SSL_CERT_FILE": found.get("cert"),
        "HTTPS_PROXY": found.get("proxy"),
        "HTTP_PROXY": found.get("proxy"),
        # pip takes the best of all indexes; what comes from where is safe to leave open, as every hash is pinned.
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_COMPILE_BYTECODE": "1",
    }
    given = {name: value for name, value in environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {name: value for name, value in wanted.items() if value} | given


def pip_settings(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the settings of SETTINGS that pip would use for `install`; lists as words apart by one space."""
    found: dict[str, str] = {}
    for path in _files(environ):
        parser = configparser.RawConfigParser()
        try:
            parser.read(path, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            continue  # pip itself will say what is wrong with it, should it come to pip
        for section in ("global", "install"):
            for name in SETTINGS:
                if parser.has_option(section, name):
                    found[name] = " ".join(parser.get(section, name).split())
    for name in SETTINGS:
        value = environ.get("PIP_" + name.upper().replace("-", "_"))
        if value:
            found[name] = " ".join(value.split())
    return found


def _files(environ: Mapping[str, str]) -> list[str]:
    """Return pip's configuration files on this system, weakest first."""
    given = environ.get("PIP_CONFIG_FILE")
    if given == os.devnull:
        return []
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        files = [os.path.join(environ.get(name, home), "pip", "pip.ini") for name in ("PROGRAMDATA", "APPDATA")]
    else:
        site = environ.get("XDG_CONFIG_DIRS") or "/etc/xdg"
        user = environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
        files = [os.path.join(directory, "pip", "pip.conf") for directory in site.split(":")]
        files += ["/etc/pip.conf", os.path.join(home, ".pip", "pip.conf")]
        if sys.platform == "darwin":
            files.append(os.path.join(home, "Library", "Application Support", "pip", "pip.conf"))
        files.append(os.path.join(user, "pip", "pip.conf"))
    return [*files, given] if given else files
