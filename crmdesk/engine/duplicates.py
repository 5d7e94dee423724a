# SPDX-License-Identifier: MIT
"""Records that are likely the same: names, phones and e-mails in one spelling, compared where they share something.

Blocks: records meet only if they share a phone, an e-mail, or a word of their names, so that 50,000 of them do not make
a billion pairs; a word that very many share (GmbH, Oy, hotel) brings nobody together.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from crmdesk.domain.matching import folded
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import FieldType, Schema
from crmdesk.domain.values import plain

_LEGAL = frozenset(
    [
        "ab",
        "ag",
        "aps",
        "as",
        "asa",
        "bv",
        "co",
        "corp",
        "company",
        "gmbh",
        "ges",
        "inc",
        "kft",
        "kg",
        "kgaa",
        "limited",
        "llc",
        "llp",
        "ltd",
        "mbh",
        "nv",
        "oy",
        "oyj",
        "oü",
        "plc",
        "pte",
        "pty",
        "sa",
        "sarl",
        "se",
        "sl",
        "spa",
        "spzoo",
        "srl",
        "sro",
        "ry",
        "ev",
        "und",
        "and",
        "the",
    ]
)
_WORDS = re.compile(r"[^\W_]+")
_INITIALS = re.compile(r"(?<=\b\w)\.\s*(?=\w\.)|\.(?=\s|$)")
"""The points of A. B. C."""
_UMLAUTS = re.compile("ae|oe|ue")
_CROWD = 60
"""More records than this in a block say that what they share is common."""
_SURE = 100
_SAME_NAME = 92.0
LIKELY = 88
"""From this likeness on, 0 to 100, two records are shown."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Why two records are likely one: ``score`` 0 to 100, ``reasons`` as words for people."""

    left: RecordId
    right: RecordId
    score: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Records that hang together; the fullest one first."""

    records: tuple[Record, ...]
    pairs: tuple[Likeness, ...]

    @property
    def score(self) -> int:
        """Of the likeliest pair."""
        return max(pair.score for pair in self.pairs)


@dataclass(frozen=True, slots=True)
class _Face:
    """A record in one spelling."""

    record: Record
    name: str
    words: frozenset[str]
    phones: Mapping[str, str]
    emails: frozenset[str]
    place: str


def find(records: Sequence[Record], schema: Schema, region: str = "", least: int = LIKELY) -> tuple[Cluster, ...]:
    """Clusters of likely duplicates, the likeliest first; blocks, so call it on a lane.

    Args:
        region: the country (ISO, two letters) of phone numbers without a country's code; "" = compare their last digits.
    """
    reader = _Reader(schema, region)
    faces = [reader.face(record) for record in records]
    pairs: list[Likeness] = []
    for left, right in _meetings(faces):
        pair = _likeness(faces[left], faces[right])
        if pair is not None and pair.score >= least:
            pairs.append(pair)
    return _clusters({record.id: record for record in records}, pairs)


def name_of(text: str) -> str:
    """A company's or a person's name in one spelling: no case, accents or legal form, ue as ü, words by the
    alphabet."""
    joined = _INITIALS.sub("", text).replace("&", " and ")
    words = [word for word in _WORDS.findall(folded(joined)) if word not in _LEGAL]
    return _UMLAUTS.sub(lambda m: m[0][0], " ".join(sorted(words)))


def email_of(text: str) -> str:
    """An address in one spelling, without what stands behind a plus."""
    address = text.strip().casefold().removeprefix("mailto:")
    local, at, host = address.rpartition("@")
    return f"{local.partition('+')[0]}@{host}" if at and local and host else ""


def phone_of(text: str, region: str = "") -> str:
    """A number as +358401234567 where its country is known, else its last nine digits; "" = no number."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region.upper() or None)
        if phonenumbers.is_possible_number(number):
            return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    except phonenumbers.NumberParseException:
        pass
    digits = "".join(letter for letter in text if letter.isdecimal())
    return digits[-9:] if len(digits) >= 6 else ""


class _Reader:
    def __init__(self, schema: Schema, region: str) -> None:
        self._region = region
        fields = schema.fields
        self._phones = [f.name for f in fields if f.type is FieldType.PHONE]
        self._emails = [f.name for f in fields if f.type is FieldType.EMAIL]
        self._names = _name_fields(schema)
        self._places = [
            f.name for f in fields if f.type.is_text and re.search(r"city|town|ort$|plz|code$", f.name, re.I)
        ]

    def face(self, record: Record) -> _Face:
        name = name_of(" ".join(plain(record.values.get(n)) for n in self._names))
        phones = {phone_of(text, self._region): text for n in self._phones if (text := plain(record.values.get(n)))}
        phones.pop("", None)
        emails = frozenset(filter(None, (email_of(plain(record.values.get(n))) for n in self._emails)))
        place = next((p for n in self._places if (p := folded(plain(record.values.get(n)).strip()))), "")
        return _Face(record, name, frozenset(name.split()), phones, emails, place)


def _name_fields(schema: Schema) -> tuple[FieldName, ...]:
    """The title, with the first name beside a last name."""
    first = [f.name for f in schema.fields if re.fullmatch(r"first_?name|vorname|PersonFirstName", f.name, re.I)]
    return tuple(dict.fromkeys((*first[:1], schema.title_field)))


def _meetings(faces: Sequence[_Face]) -> Iterable[tuple[int, int]]:
    """Pairs of places that share something uncommon, each once."""
    blocks: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, face in enumerate(faces):
        for phone in face.phones:
            blocks["phone", phone].append(place)
        for email in face.emails:
            blocks["email", email].append(place)
        for word in face.words:
            if len(word) > 2:
                blocks["word", word].append(place)
        if face.name:
            # "Nordwind" and "Nordwindt" share no word: the beginning brings them together, and the end for typing slips.
            blocks["begin", face.name[:4]].append(place)
            blocks["end", face.name[-4:]].append(place)
    seen: set[tuple[int, int]] = set()
    for block in blocks.values():
        if 1 < len(block) <= _CROWD:
            for pair in combinations(block, 2):
                if pair not in seen:
                    seen.add(pair)
                    yield pair


def _likeness(left: _Face, right: _Face) -> Likeness | None:
    from rapidfuzz import fuzz

    names = fuzz.ratio(left.name, right.name) if left.name and right.name else 0.0
    phones = left.phones.keys() & right.phones.keys()
    emails = left.emails & right.emails
    reasons: list[str] = []
    score = 0.0
    if left.name and left.name == right.name:
        score, reasons = _SAME_NAME, ["same name"]
    elif names >= LIKELY:
        score, reasons = names - 3, ["like names"]
    if score:
        # Two people called Smith are not one; nor are two shops of a chain.
        apart = bool(left.place and right.place and left.place != right.place)
        other_phones = bool(left.phones and right.phones and not phones)
        score -= 10 * apart + 6 * other_phones
    if phones:
        score = max(score + 8, 70 + names / 4)
        reasons.append("same phone")
    if emails:
        score = max(score + 8, 75 + names / 4)
        reasons.append("same e-mail")
    if reasons and left.place and left.place == right.place:
        score += 2
        reasons.append("same place")
    if not reasons:
        return None
    return Likeness(left.record.id, right.record.id, min(_SURE, round(score)), tuple(reasons))


def _clusters(records: Mapping[RecordId, Record], pairs: Sequence[Likeness]) -> tuple[Cluster, ...]:
    root: dict[RecordId, RecordId] = {}

    def top(one: RecordId) -> RecordId:
        while root.get(one, one) != one:
            root[one] = root.get(root[one], root[one])
            one = root[one]
        return one

    for pair in pairs:
        root[top(pair.left)] = top(pair.right)
    members: dict[RecordId, dict[RecordId, None]] = defaultdict(dict)
    linked: dict[RecordId, list[Likeness]] = defaultdict(list)
    for pair in pairs:
        members[top(pair.left)] |= {pair.left: None, pair.right: None}
        linked[top(pair.left)].append(pair)
    found = [
        Cluster(tuple(sorted((records[i] for i in ids), key=_fullness, reverse=True)), tuple(linked[key]))
        for key, ids in members.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.score, one.records[0].id.key)))


def _fullness(record: Record) -> int:
    return sum(value not in (None, "", ()) for value in record.values.values())
