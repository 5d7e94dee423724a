# SPDX-License-Identifier: MIT
"""Large shapes planted in real texts: closed nesting, floods of attributes, texts without an end, bombs in workbooks.

What costs the square of its length is not seen in small inputs: each of these took an earlier version seconds, or broke it.
"""

import io
import json
import random
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from tests.fuzz.mutate import places

_TIMES = 4
"""Real texts that each shape is planted in."""
_LONGEST_SEED = 20_000
_MARK = "@here@"
_ADDRESS = "://b@ " + "a." * 20_000
_ESCAPES = '\\"' * 20_000
_DEPTHS = (150, 450, *range(900, 1000, 6))
"""Python reads some 990 levels, fewer the deeper it stands itself; what works on a value ends at a third, a half or just there."""
_NESTS = [
    f"{begin * depth}{end * depth}" for begin, end in (("[", "]"), ('{"a":[', "]}")) for depth in _DEPTHS[:: len(begin)]
]
_TAG = re.compile(rb"<[\w:.-]+(?=[\s>])")


def planted(seeds: Sequence[bytes], number: int, header: int = 0) -> Iterator[bytes]:
    """Every shape in some of the seeds.

    Args:
        header: bytes of a seed that are no part of the text; those of real seeds are kept.
    """
    draw = random.Random(number)
    small = [one for one in seeds if len(one) <= _LONGEST_SEED]
    by_kind: dict[Callable[[bytes, bytes], bytes | None], list[bytes]] = {}
    for plant, shapes in _SHAPES:
        fits = by_kind.setdefault(plant, [one for one in small if plant(one[header:], b"1") is not None])
        for shape in shapes() if fits else ():
            for seed in draw.sample(fits, min(_TIMES, len(fits))):
                text = plant(seed[header:], shape)
                assert text is not None
                yield seed[:header] + text
    heads = sorted({one[:header] for one in seeds})
    for text in _whole():
        for head in draw.sample(heads, min(_TIMES, len(heads))):
            yield head + text


# ---- where they are planted ------------------------------------------------------------------------------------------


def _in_json(text: bytes, shape: bytes) -> bytes | None:
    """In the place of a value; the same one for each shape, so that the next seed brings the next place."""
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError):
        return None
    found = places(tree)
    if not found:
        return None
    holder, key = random.Random(len(text)).choice(found)
    holder[key] = _MARK
    return json.dumps(tree).encode("utf-8", "surrogatepass").replace(f'"{_MARK}"'.encode(), shape)


def _cut_in_json(text: bytes, shape: bytes) -> bytes | None:
    """The same, and nothing behind it."""
    whole = _in_json(text, shape)
    return None if whole is None else whole[: whole.index(shape) + len(shape)]


def _in_tag(text: bytes, shape: bytes) -> bytes | None:
    """Behind the name of an element: of the last half of them, where the values are."""
    found = list(_TAG.finditer(text))
    if not text.lstrip().startswith(b"<") or not found:
        return None
    end = random.Random(len(text)).choice(found[len(found) // 2 :]).end()
    return text[:end] + b" " + shape + text[end:]


def _in_element(text: bytes, shape: bytes) -> bytes | None:
    """In front of an end tag."""
    found = [at.start() for at in re.finditer(rb"</", text)]
    if not text.lstrip().startswith(b"<") or not found:
        return None
    at = random.Random(len(text)).choice(found)
    return text[:at] + shape + text[at:]


def _in_index(text: bytes, shape: bytes) -> bytes | None:
    """In the list of a workbook's sheets, and in its relations: among bytes that cannot be packed, as a bomb has them."""
    if not text.startswith(b"PK"):
        return None
    out = io.BytesIO()
    name = random.Random(len(text)).choice(("xl/workbook.xml", "xl/_rels/workbook.xml.rels"))
    with zipfile.ZipFile(io.BytesIO(text)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for one in source.namelist():
            data = source.read(one)
            at = data.rindex(b"</") if one == name else 0
            target.writestr(one, data[:at] + shape + data[at:] if at else data)
    return out.getvalue()


# ---- what is planted -------------------------------------------------------------------------------------------------


@cache
def _values() -> tuple[bytes, ...]:
    texts = (_ADDRESS, "a" + ", " * 40_000, "\\" * 40_000, '"' * 20_000, "<a " * 20_000)
    return tuple(one.encode() for one in (*_NESTS, *map(json.dumps, texts)))


@cache
def _unfinished() -> tuple[bytes, ...]:
    return tuple(one.encode() for one in (f'"{_ESCAPES}', '"' + "\\\\" * 40_000, "[" * 20_000, '[{"a":' * 5_000))


@cache
def _attributes() -> tuple[bytes, ...]:
    return tuple(
        b" ".join(form % (at, at) for at in range(50_000))
        for form in (b'a%d="%d"', b"xmlns:a%d='u%d'", b'a%d=""b%d=""')
    )


@cache
def _elements() -> tuple[bytes, ...]:
    spaces = b" ".join(b"xmlns:a%d='u'" % at for at in range(8_000))
    maps = b"<a xmlns:x='http://www.w3.org/2001/XMLSchema-instance' x:type='m:Map'/>" * 8_000
    return (
        *(b"<a>" * depth + b"1" + b"</a>" * depth for depth in (90, 150, 240, 20_000)),
        b"<a xmlns:m='http://xml.apache.org/xml-soap' %b>%b</a>" % (spaces, maps),
        _ADDRESS.encode(),
        b"<a>" + b"&amp;" * 40_000 + b"</a>",
    )


@cache
def _bombs() -> tuple[bytes, ...]:
    noise = b"<!--" + random.Random(1).randbytes(300_000).hex().encode() + b"-->"
    return (b"<a/>" * 8_000_000 + noise, _attributes()[0].join((b"<a ", b"/>")))


def _whole() -> Iterator[bytes]:
    """Refusals as each family of servers words them, with a text that is hard to mask; and no text of any family."""
    said = json.dumps(_ADDRESS).encode()
    yield b'{"success":false,"error":{"code":"X","message":%b}}' % said
    yield b'{"error":%b}' % said
    yield b'{"message":%b,"Message":%b,"title":%b}' % (said, said, said)
    yield b'{"errors":[{"status":"400","title":%b,"detail":%b}]}' % (said, said)
    yield (
        b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode>s:Server</faultcode>'
        b"<faultstring>%b</faultstring></s:Fault></s:Body></s:Envelope>" % _ADDRESS.encode()
    )
    yield _ADDRESS.encode()
    yield b'["' + _ESCAPES.encode()
    yield from (one.encode() for one in _NESTS[:4])


_SHAPES: tuple[tuple[Callable[[bytes, bytes], bytes | None], Callable[[], Sequence[bytes]]], ...] = (
    (_in_json, _values),
    (_cut_in_json, _unfinished),
    (_in_tag, _attributes),
    (_in_element, _elements),
    (_in_index, _bombs),
)
