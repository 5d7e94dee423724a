# SPDX-License-Identifier: MIT
"""Texts of the program in other languages: finds them in the source, keeps the .ts files, compiles them to .qm.

    python3 packaging/run.py i18n                     all of it: find, write every .ts anew, compile every .qm
    python3 packaging/run.py i18n --check             only tell what is wrong; 1 if anything is
    python3 packaging/run.py i18n --missing de        what has no translation yet, as JSON on standard output
    python3 packaging/run.py i18n --take de FILE      takes {source: translation} or {source: [one, many]} in

Found are the literals in tr("..."), plural(n, "one", "many"), sentence("..."), counted(n, "one", "many") and
mark("..."), in every room but the demo. A counted text stands in the file under its "many". Texts that are gone from the
source are dropped. What is written depends on the texts alone, not on where they stand, so that several people can work
on it. In the JSON, a key "# room/file.py" says where the texts after it are first used, "…" their English singular.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter
from typing import NamedTuple, TypeAlias

from lxml import etree

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "i18n"
LANGUAGES = ("da", "de", "fi")
CONTEXT = "crmdesk"
FORMS = 2
"""Plural forms of each of our languages: one, and everything else. So Qt has it for da, de and fi."""
_NOT_OURS = ("demo",)
# Function -> which of its arguments are texts, by position.
_SINGLE = {"tr": 0, "sentence": 0, "mark": 0}
_COUNTED = {"plural": (1, 2), "counted": (1, 2)}
_GIVEN_BY = ("crmdesk.translation", "crmdesk.ui.translation", "crmdesk.ui.wording", "crmdesk.domain.sentence")
# These hand a text on that stands as a literal elsewhere.
_HANDED_ON = ("crmdesk/translation.py", "crmdesk/ui/translation.py", "crmdesk/domain/sentence.py")

Translation: TypeAlias = "str | list[str]"
"""One text, or the plural forms of a counted one."""


class Text(NamedTuple):
    """One text of the source.

    Attributes:
        source: as it stands in the code; of a counted text the many.
        one: its English singular, None where nothing is counted.
        where: file, relative to the checkout, of its first use.
    """

    source: str
    one: str | None
    where: str


class Found(NamedTuple):
    """What the source holds, in the order of files and lines, and what is wrong with it."""

    texts: dict[str, Text]
    mistakes: list[str]


def main(argv: list[str]) -> int:
    """Do what the command line says; 1 if something is wrong."""
    parser = argparse.ArgumentParser(prog="run.py i18n", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    parser.add_argument("--missing", choices=LANGUAGES, help="print the untranslated texts as JSON")
    parser.add_argument("--take", nargs=2, metavar=("LANGUAGE", "FILE"), help="take translations out of a JSON file")
    arguments = parser.parse_args(argv)
    found = find(ROOT)
    for mistake in found.mistakes:
        print(mistake, file=sys.stderr)
    if arguments.missing:
        known = read(ts_file(arguments.missing))
        print(json.dumps(as_json(missing(found, known)), ensure_ascii=False, indent=1))
        return 0
    complaints: list[str] = []
    if arguments.take:
        language, name = arguments.take
        if language not in LANGUAGES:
            parser.error(f"{language} is none of {', '.join(LANGUAGES)}")
        taken = json.loads(Path(name).read_text(encoding="utf-8"))
        known, complaints = take(found, read(ts_file(language)), taken)
        for complaint in complaints:
            print(f"not taken: {complaint}", file=sys.stderr)
        write(language, found, known)
        print(f"{language}: {len(missing(found, known))} of {len(found.texts)} texts are not translated.")
    elif not arguments.check:
        for language in LANGUAGES:
            known = read(ts_file(language))
            write(language, found, known)
            print(f"{language}: {len(missing(found, known))} of {len(found.texts)} texts are not translated.")
    else:
        complaints = [complaint for language in LANGUAGES for complaint in out_of_date(language, found)]
        for complaint in complaints:
            print(complaint, file=sys.stderr)
    return 1 if found.mistakes or complaints else 0


def ts_file(language: str) -> Path:
    """The file that people edit."""
    return FOLDER / f"crmdesk_{language}.ts"


def qm_file(language: str) -> Path:
    """The file that Qt reads."""
    return FOLDER / f"crmdesk_{language}.qm"


# ---- the source ------------------------------------------------------------------------------------------------------


def find(root: Path) -> Found:
    """Every text below crmdesk/ of a checkout."""
    found = Found({}, [])
    for path in sorted((root / "crmdesk").rglob("*.py")):
        where = path.relative_to(root).as_posix()
        if where.split("/")[1] in _NOT_OURS or where in _HANDED_ON:
            continue
        _look_through(ast.parse(path.read_text(encoding="utf-8")), where, found)
    return found


def _look_through(tree: ast.AST, where: str, found: Found) -> None:
    ours = _imported(tree)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        name = ours.get(call.func.id, "") if isinstance(call.func, ast.Name) else ""
        place = f"{where}:{call.lineno}"
        if name in _SINGLE:
            text = _literal(call, _SINGLE[name], name, place, found)
            if text:
                _add(Text(text, None, where), place, found)
                _check_names(text, call, place, found)
        elif name in _COUNTED:
            one, many = (_literal(call, at, name, place, found) for at in _COUNTED[name])
            if one and many:
                _add(Text(many, one, where), place, found)


def _imported(tree: ast.AST) -> dict[str, str]:
    """Our functions by the names that a file has for them; others' ``plural`` is not meant."""
    return {
        one.asname or one.name: one.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in _GIVEN_BY
        for one in node.names
    }


def _literal(call: ast.Call, at: int, name: str, place: str, found: Found) -> str:
    """The text of one argument; "" where it comes from elsewhere (a table marked with ``mark``) or is a mistake."""
    if len(call.args) <= at:
        found.mistakes.append(f"{place}: {name} without its text")
        return ""
    argument = call.args[at]
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    inside = [node for node in ast.walk(argument) if isinstance(node, ast.JoinedStr | ast.BinOp)]
    if inside or isinstance(argument, ast.Constant):
        found.mistakes.append(f"{place}: {name} of a composed text can never be translated: {ast.unparse(argument)}")
    elif name != "tr":  # which may be given a word of a table that is marked
        found.mistakes.append(f"{place}: {name} takes a literal, not {ast.unparse(argument)}")
    return ""


def _add(text: Text, place: str, found: Found) -> None:
    known = found.texts.setdefault(text.source, text)
    if (known.one is None) != (text.one is None):
        found.mistakes.append(f"{place}: {text.source!r} is counted here, and not in {known.where}, or the reverse")


def _check_names(text: str, call: ast.Call, place: str, found: Found) -> None:
    """Names given at the call are those in the text."""
    given = {keyword.arg for keyword in call.keywords}
    if not given or None in given:
        return
    asked = placeholders(text)
    if asked != given:
        found.mistakes.append(f"{place}: {text!r} asks for {sorted(asked)} and is given {sorted(map(str, given))}")


def placeholders(text: str) -> set[str]:
    """The names in braces, and argparse's with %; what is no template at all has none."""
    old = set(_PERCENT.findall(text))
    try:
        return old | {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return old


# ---- the .ts files ---------------------------------------------------------------------------------------------------


def read(path: Path) -> dict[str, Translation]:
    """Source -> what a person wrote; unfinished ones are left out. {} where there is no file."""
    if not path.exists():
        return {}
    known: dict[str, Translation] = {}
    for message in etree.parse(str(path)).iterfind("context/message"):
        source = message.findtext("source") or ""
        translation = message.find("translation")
        if translation is None or translation.get("type"):
            continue
        forms = [form.text or "" for form in translation.iterfind("numerusform")]
        known[source] = forms if message.get("numerus") == "yes" else translation.text or ""
    return known


def write(language: str, found: Found, known: Mapping[str, Translation]) -> None:
    """Write the .ts and compile it; texts without a fitting translation are unfinished."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = ts_file(language)
    content = as_ts(language, found, known)
    if not path.exists() or path.read_bytes() != content:
        path.write_bytes(content)
    compile_ts(path, qm_file(language))


def as_ts(language: str, found: Found, known: Mapping[str, Translation]) -> bytes:
    """The .ts file, sorted by source."""
    root = etree.Element("TS", version="2.1", language=language, sourcelanguage="en")
    context = etree.SubElement(root, "context")
    etree.SubElement(context, "name").text = CONTEXT
    for source, text in sorted(found.texts.items()):
        message = etree.SubElement(context, "message", {} if text.one is None else {"numerus": "yes"})
        etree.SubElement(message, "source").text = source
        if text.one is not None:
            etree.SubElement(message, "extracomment").text = text.one
        translation = etree.SubElement(message, "translation")
        said = known.get(source, "")
        is_done = fits(text, said)
        if not is_done:
            translation.set("type", "unfinished")
        if text.one is None:
            translation.text = said if is_done and isinstance(said, str) else ""
        else:
            forms = said if is_done and isinstance(said, list) else [""] * FORMS
            for form in forms:
                etree.SubElement(translation, "numerusform").text = form
    etree.indent(root, " ")
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, doctype="<!DOCTYPE TS>") + b"\n"


def compile_ts(source: Path, target: Path) -> None:
    """Run Qt's lrelease, which comes with PySide6.

    Raises:
        SystemExit: it is not there, or does not like the file.
    """
    with_it = Path(sys.executable).with_name("pyside6-lrelease.exe" if os.name == "nt" else "pyside6-lrelease")
    if not with_it.exists():
        raise SystemExit("pyside6-lrelease is missing beside this Python: set up with packaging/run.py setup.")
    done = subprocess.run(
        [str(with_it), "-silent", str(source), "-qm", str(target)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SystemExit(f"lrelease cannot compile {source.name}: {done.stdout}{done.stderr}")


def out_of_date(language: str, found: Found) -> list[str]:
    """What the files of a language lack of the source; [] when `run.py i18n` would change nothing in the .ts."""
    path = ts_file(language)
    if not path.exists():
        return [f"{path.name} is missing; run: python3 packaging/run.py i18n"]
    if path.read_bytes() != as_ts(language, found, read(path)):
        return [f"{path.name} is not what the source holds; run: python3 packaging/run.py i18n"]
    return []


# ---- for translators -------------------------------------------------------------------------------------------------


def missing(found: Found, known: Mapping[str, Translation]) -> list[Text]:
    """Texts without a translation, in the order of files and lines."""
    return [text for text in found.texts.values() if not fits(text, known.get(text.source, ""))]


def as_json(texts: list[Text]) -> dict[str, Translation]:
    """What a translator fills in."""
    made: dict[str, Translation] = {}
    where = ""
    for text in texts:
        if text.where != where:
            where = text.where
            made[f"# {where}"] = ""
        if text.one is not None:
            made[f"# … {text.one}"] = ""
        made[text.source] = "" if text.one is None else [""] * FORMS
    return made


def take(
    found: Found, known: Mapping[str, Translation], taken: Mapping[str, Translation]
) -> tuple[dict[str, Translation], list[str]]:
    """Return what is known with what was taken, and what was left aside and why; empty ones are not there yet."""
    merged, complaints = dict(known), []
    for source, said in taken.items():
        if source.startswith("# ") or not said or (isinstance(said, list) and not any(said)):
            continue
        text = found.texts.get(source)
        if text is None:
            complaints.append(f"{source!r} is no text of the program")
        elif trouble := list(troubles(text, said)):
            complaints.append(f"{source!r}: {'; '.join(trouble)}")
        else:
            merged[source] = said
    return merged, complaints


def fits(text: Text, said: Translation) -> bool:
    """Whether this can stand as the translation: it is there, has its forms and its placeholders."""
    return not list(troubles(text, said))


_ENDINGS = (".", ":", "…", "?", "!")
_LONGEST_ABBREVIATION = 12
_PERCENT = re.compile(r"%(?:\(\w+\))?[rs]")
_ACCELERATOR = re.compile(r"&(?=\w)")


def troubles(text: Text, said: Translation) -> Iterator[str]:
    """What is wrong with a translation, in words."""
    if text.one is None:
        if not isinstance(said, str):
            yield "is one text, not a list of forms"
            return
        forms = [said]
    else:
        if not isinstance(said, list) or len(said) != FORMS:
            yield f"needs {FORMS} forms in a list"
            return
        forms = said
    for form in forms:
        yield from _form_troubles(text.source, form, may_leave_out_n=text.one is not None and form is forms[0])


def _form_troubles(source: str, form: str, *, may_leave_out_n: bool) -> Iterator[str]:
    if not form.strip():
        yield "is empty"
        return
    names, had = placeholders(form), placeholders(source)
    if names != had and not (may_leave_out_n and names | {"n"} == had | {"n"}):
        yield f"has the placeholders {sorted(names)} instead of {sorted(had)}"
    ending = next((mark for mark in _ENDINGS if source.rstrip().endswith(mark)), "")
    own = next((mark for mark in _ENDINGS if form.rstrip().endswith(mark)), "")
    is_abbreviation = own == "." and not ending and len(form) <= _LONGEST_ABBREVIATION
    if ending != own and not is_abbreviation:
        yield f"ends in {own!r} instead of {ending!r}"
    if (source[:1].isspace(), source[-1:].isspace()) != (form[:1].isspace(), form[-1:].isspace()):
        yield "begins or ends otherwise with blanks"
    if len(_ACCELERATOR.findall(source)) != len(_ACCELERATOR.findall(form)):
        yield "has other accelerators (&)"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
