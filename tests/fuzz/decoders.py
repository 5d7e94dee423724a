# SPDX-License-Identifier: MIT
"""Every decoder by its name: what its inputs look like, and how it is given one."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from tests.fuzz import files, kept
from tests.fuzz.mutate import any_document, spoilt
from tests.fuzz.vendors import VendorDecoder
from tests.soak.worlds import WORLDS, World

CORPUS = Path(__file__).resolve().parent / "corpus"


@dataclass(frozen=True, slots=True)
class Decoder:
    """One decoder.

    Attributes:
        seeds: real inputs. check: raises where something else than values or the decoder's errors comes out.
        header: bytes of an input that are no part of the text. takes_json: any document is worth a try.
    """

    name: str
    seeds: Callable[[], list[bytes]]
    check: Callable[[bytes], None]
    header: int = 0
    takes_json: bool = False

    def inputs(self) -> st.SearchStrategy[bytes]:
        """Hostile inputs: three in four are real ones spoilt."""
        seeds = [*self.seeds(), *self.found()]
        heads = sorted({one[: self.header] for one in seeds})
        bodies = st.sampled_from(seeds).flatmap(
            lambda one: spoilt([one[self.header :]]).map(lambda body: one[: self.header] + body)
        )
        if not self.takes_json:
            return bodies
        return (
            bodies | bodies | bodies | st.builds(lambda head, body: head + body, st.sampled_from(heads), any_document())
        )

    def found(self) -> list[bytes]:
        """The corpus that a guided run has kept."""
        place = CORPUS / self.name.replace("/", "-")
        return [path.read_bytes() for path in sorted(place.glob("*"))] if place.is_dir() else []


_RECORDED = {"crmplus/vtiger": "vtiger", "crmplus/corebos": "corebos"}


def _vendor(world: World) -> Decoder:
    reader = VendorDecoder(world)

    @cache
    def seeds() -> list[bytes]:
        own = reader.seeds()
        heads = sorted({one[:2] for one in own})
        recorded = files.recordings(_RECORDED[world.name]) if world.name in _RECORDED else []
        return [*own, *(heads[at % len(heads)] + body for at, body in enumerate(recorded))]

    return Decoder(world.name, seeds, reader.check, header=2, takes_json="soap" not in world.name)


DECODERS: tuple[Decoder, ...] = (
    *(_vendor(world) for world in WORLDS),
    Decoder("soap", cache(files.soap_seeds), files.check_soap),
    Decoder("wsdl", cache(files.wsdl_seeds), files.check_wsdl),
    Decoder("csv", files.csv_seeds, files.check_table),
    Decoder("xlsx", cache(files.xlsx_all_seeds), files.check_xlsx),
    Decoder("json-lines", files.lines_seeds, files.check_table, takes_json=True),
    Decoder("change-file", files.change_seeds, files.check_changes, takes_json=True),
    Decoder("recipe", files.recipe_seeds, files.check_recipe),
    Decoder("filter", files.filter_seeds, files.check_filter),
    Decoder("profiles", files.profile_seeds, files.check_profiles, takes_json=True),
    Decoder("store", cache(files.store_seeds), files.check_store, takes_json=True),
    Decoder("views", files.view_seeds, files.check_views, takes_json=True),
    Decoder("view-file", kept.view_file_seeds, kept.check_view_file, takes_json=True),
    Decoder("update-notice", kept.update_seeds, kept.check_update, takes_json=True),
    Decoder("certificate", kept.certificate_seeds, kept.check_certificate),
    Decoder("local-copy", cache(kept.copy_seeds), kept.check_copy, takes_json=True),
    Decoder("marks", kept.mark_seeds, kept.check_marks, takes_json=True),
)


def chosen(name: str) -> tuple[Decoder, ...]:
    """All of them, one, or those of a vendor.

    Raises:
        SystemExit: there is none of that name.
    """
    found = tuple(one for one in DECODERS if name in ("", one.name, one.name.partition("/")[0]))
    if not found:
        raise SystemExit(f"There is no {name}: {', '.join(one.name for one in DECODERS)}.")
    return found
