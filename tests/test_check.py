# SPDX-License-Identifier: MIT
"""Tests of tests/check.py: the door runs every step, tells what failed, and leaves the last word to the tests."""

from __future__ import annotations

import pytest

from tests import check


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[check.Step]:
    """Steps that would have run; those named "lint" fail."""
    steps: list[check.Step] = []

    def run(step: check.Step, environ: dict[str, str]) -> check.Result:
        assert environ["QT_QPA_PLATFORM"] == "offscreen"
        steps.append(step)
        return check.Result(step.name, step.name != "lint", 1.25)

    monkeypatch.setattr(check, "run", run)
    return steps


def test_every_step_runs_though_one_failed(ran: list[check.Step], capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main([]) == 1
    assert [step.name.split(",")[0] for step in ran] == ["format", "lint", "contracts", "types", "weaknesses", "tests"]
    said = capsys.readouterr()
    assert "lint          1.2 s  FAILED" in said.out
    assert "format        1.2 s  ok" in said.out
    assert said.err == "failed: lint\n"


def test_when_all_is_well_nothing_follows_the_tests(
    ran: list[check.Step], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check, "steps", lambda fast: [])
    assert check.main([]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("code", "passed", "word"),
    [(0, True, "ok"), (1, True, "SOME ARE KNOWN"), (2, False, "FAILED"), (3, True, "COULD NOT")],
)
def test_a_known_weakness_is_told_and_that_there_was_no_network(
    code: int, passed: bool, word: str, capfd: pytest.CaptureFixture[str]
) -> None:
    (step,) = [step for step in check.steps(False) if step.name == "weaknesses"]
    assert step.arguments == ["packaging/audit.py"]
    result = check.run(step._replace(arguments=["-c", f"raise SystemExit({code})"]), check.environment())
    check.print_summary([result])
    assert result.passed is passed
    assert word in capfd.readouterr().out
    assert not check.run(check.Step("types", ["-c", "raise SystemExit(3)"]), check.environment()).passed


def test_fast_leaves_out_the_types_and_the_slow_tests(ran: list[check.Step]) -> None:
    check.main(["--fast", "tests/domain", "-n0"])
    assert not {"types", "weaknesses"} & {step.name for step in ran}
    assert ran[-1].arguments == ["-m", "pytest", "-m", "not slow", "tests/domain", "-n0"]


def test_every_processor_takes_its_share_unless_pytest_is_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert check.pytest_arguments(False, ["-x"])[:6] == ["-m", "pytest", "-n", "2", "--dist", "worksteal"]
    for alone in ("-n0", "-s", "--pdb"):
        assert "worksteal" not in check.pytest_arguments(False, [alone])


def test_a_given_hash_seed_is_kept_so_that_a_run_can_be_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHASHSEED", "4711")
    assert check.environment()["PYTHONHASHSEED"] == "4711"
    monkeypatch.delenv("PYTHONHASHSEED")
    assert check.environment()["PYTHONHASHSEED"].isdigit()


def test_the_desktops_own_looks_do_not_reach_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_STYLE_OVERRIDE", "kvantum")
    assert "QT_STYLE_OVERRIDE" not in check.environment()
