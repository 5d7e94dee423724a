# SPDX-License-Identifier: MIT
"""Hostile replies, made when asked for: some are tens of megabytes long. Used by the tests and by the benchmark."""

from collections.abc import Callable, Mapping

from tests.connectors.wire.soap.support import envelope

_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def fan(width: int, height: int) -> bytes:
    """Lists that refer to the next list ``width`` times, ``height`` times over: width ** height values if copied."""
    lists = "".join(
        f'<soapenc:Array id="{n}" soapenc:arrayType="xsd:anyType[{width}]">{f"<i href={chr(34)}#{n + 1}{chr(34)}/>" * width}'
        "</soapenc:Array>"
        for n in range(height)
    )
    return envelope(f'<t:r><a href="#0"/></t:r>{lists}<s id="{height}">leaf</s>')


def _chain(count: int, wrap: str) -> bytes:
    links = "".join(wrap.format(here=n, there=n + 1) for n in range(count))
    return envelope(f'<t:r><a href="#0"/></t:r>{links}<s id="{count}">end</s>')


def _backward_chain(count: int) -> bytes:
    """Each list is resolved before the one that refers to it, so that no single way down is long."""
    links = "".join(f'<l{n} id="{n}" soapenc:arrayType="x[1]"><i href="#{n - 1}"/></l{n}>' for n in range(1, count))
    use = "".join(f'<u href="#{n}"/>' for n in range(count))
    return envelope(f"<t:r>{use}</t:r><s id='0'>end</s>{links}")


def _with_doctype(doctype: str, inside: str = "<t:r><a>&l9;</a></t:r>") -> bytes:
    return f'<?xml version="1.0"?>\n<!-- quiet -->{doctype}'.encode() + envelope(inside)


def _prefixes(count: int, first: int = 0) -> str:
    return " ".join(f"xmlns:p{n}='u'" for n in range(first, first + count))


def _maps(depth: int, count: int) -> str:
    """So many maps, inside elements that each declare 200 namespaces more."""
    begun = "".join(f"<a {_prefixes(200, level * 200)}>" for level in range(depth))
    maps = "<b xsi:type='apache:Map'/>" * count
    return f"<t:r>{begun}{maps}{'</a>' * depth}</t:r>"


HOSTILE: Mapping[str, Callable[[], bytes]] = {
    "billion_laughs": lambda: _with_doctype(f'<!DOCTYPE r [<!ENTITY l0 "ha">{_LAUGHS}]>'),
    "laughs_in_attributes": lambda: _with_doctype(f'<!DOCTYPE r [<!ENTITY l0 "ha">{_LAUGHS}]>', '<t:r a="&l9;"/>'),
    "external_entity": lambda: _with_doctype('<!DOCTYPE r [<!ENTITY l9 SYSTEM "file:///etc/hostname">]>'),
    "external_dtd": lambda: _with_doctype('<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd">', "<t:r/>"),
    "dtd_in_utf_16": lambda: (
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE r [<!ENTITY x "y">]>' + envelope("<t:r>&x;</t:r>").decode()
    ).encode("utf-16"),
    "cycle": lambda: envelope('<t:r><a href="#1"/></t:r><x id="1"><b href="#1"/></x>'),
    "cycle_of_two": lambda: envelope(
        '<t:r><a href="#1"/></t:r><x id="1"><b href="#2"/></x><y id="2"><c href="#1"/></y>'
    ),
    "reference_to_itself": lambda: envelope('<t:r><a href="#1"/></t:r><x id="1" href="#1"/>'),
    "chain_of_references": lambda: _chain(20_000, '<x id="{here}" href="#{there}"/>'),
    "chain_of_lists": lambda: _chain(20_000, '<x id="{here}"><y href="#{there}"/></x>'),
    "backward_chain": lambda: _backward_chain(10_000),
    "fan_5x6": lambda: fan(5, 6),
    "fan_8x5": lambda: fan(8, 5),
    "fan_10x9": lambda: fan(10, 9),
    "fan_10x60": lambda: fan(10, 60),
    "fifty_megabytes": lambda: envelope(f"<t:r><a>{'x' * 50_000_000}</a></t:r>"),
    "million_tags": lambda: envelope(f"<t:r>{'<a/>' * 5_000_000}</t:r>"),
    "huge_text": lambda: envelope(f"<t:r><a>{'x' * 30_000_000}</a></t:r>"),
    "huge_attribute": lambda: envelope(f"<t:r><a b='{'x' * 20_000_000}'>1</a></t:r>"),
    "huge_comment": lambda: envelope(f"<t:r><!-- {'x' * 20_000_000} --></t:r"),
    "many_attributes": lambda: envelope(
        f"<t:r><a {' '.join(f'b{n}={chr(34)}1{chr(34)}' for n in range(20_000))}>1</a></t:r>"
    ),
    "attribute_flood": lambda: envelope("<t:r><a" + "".join(f" b{n}='1'" for n in range(100_000)) + "/></t:r>"),
    "namespace_flood": lambda: envelope(_maps(0, 10_000)).replace(
        b"<s:Body>", f"<s:Body {_prefixes(10_000)}>".encode()
    ),
    "namespaces_in_depth": lambda: envelope(_maps(80, 10_000)),
    "long_name": lambda: envelope(f"<t:r><{'a' * 40_000}/></t:r>"),
    "controls": lambda: envelope(f"<t:r><a>{'&#xB;' * 100_000}</a><b>{chr(11) * 100_000}</b></t:r>"),
    "unfinished_references": lambda: envelope(f"<t:r><a>{'&#' * 5_000_000}</a></t:r>"),
    "unfinished_declaration": lambda: b"<?xml " + b" " * 5_000_000,
    "unfinished_comments": lambda: b"<!--" * 2_000_000,
    "instructions": lambda: b"<?a?>" * 200_000,
    "deep": lambda: envelope("<a>" * 100_000 + "</a>" * 100_000),
    "deep_enough": lambda: envelope("<a>" * 150 + "</a>" * 150),
    "deep_header": lambda: envelope("").replace(
        b"<s:Body>", b"<s:Header>" + b"<a>" * 200 + b"</a>" * 200 + b"</s:Header><s:Body>"
    ),
    "dangling": lambda: envelope('<t:r><a href="#nope"/></t:r>'),
    "external_href": lambda: envelope('<t:r><a href="http://127.0.0.1:9/x"/></t:r>'),
    "wrong_nesting": lambda: envelope("<t:r><a><b></a></b></t:r>"),
    "tags_as_allowed": lambda: envelope(f"<t:r>{'<a/>' * 599_000}</t:r>"),
    "many_names": lambda: envelope(f"<t:r>{''.join(f'<a{n}/>' for n in range(500_000))}</t:r>"),
    "ids_as_allowed": lambda: envelope("<t:r/>" + "".join(f'<a id="{n}"/>' for n in range(599_000))),
    "two_bodies": lambda: envelope("<t:r/>") * 2,
}
"""Name -> its bytes."""
