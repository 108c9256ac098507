import json
from pathlib import Path

import msgspec
import pytest

from scripts.stand_ins.simulator import PileModel, PileSettings, PileSpec, SpecError, read_piles_file
from scripts.stand_ins.simulator.connection_board import ConnectionBoard
from scripts.stand_ins.simulator.mqtt_link import LinkRefusedError
from scripts.stand_ins.simulator.state_folder import StateError, load_state, save_state
from tests.unit.simulator.piles import NOON_MS, SPEC

PILE = {"pile_no": "P1", "secret": "s", "kind": "dc", "rated_w": 60_000, "connectors": 2, "more": 1}


def write(tmp_path: Path, content: object) -> Path:
    path = tmp_path / "piles.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_reads_piles_and_ignores_fields_it_does_not_know(tmp_path: Path) -> None:
    (spec,) = read_piles_file(write(tmp_path, [PILE]))
    assert (spec.pile_no, spec.rated_w, spec.connectors, spec.connector_limit_w) == ("P1", 60_000, 2, 30_000)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("nonsense", "is not a list of piles"),
        ({}, "is not a list of piles"),
        ([], "names 0 piles"),
        ([PILE, PILE], "names pile P1 twice"),
        ([PILE | {"rated_w": "60000"}], "rated_w"),
        ([PILE | {"pile_no": "../P1"}], "pile_no"),
        ([PILE | {"kind": "steam"}], "kind"),
    ],
)
def test_says_in_one_sentence_what_is_wrong_with_a_piles_file(
    tmp_path: Path, content: object, reason: str
) -> None:
    with pytest.raises(SpecError, match=reason) as caught:
        read_piles_file(write(tmp_path, content))
    assert "\n" not in str(caught.value)


def test_names_a_piles_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="No such file"):
        read_piles_file(tmp_path / "none.json")


def test_a_stored_state_comes_back_as_it_was(tmp_path: Path) -> None:
    assert load_state(tmp_path, "P1") is None
    model = PileModel(SPEC, PileSettings(), NOON_MS)
    model.connectors[0].register.mj = 123
    save_state(tmp_path, "P1", model.stored(NOON_MS))
    loaded = load_state(tmp_path, "P1")
    assert loaded is not None
    assert msgspec.to_builtins(loaded) == msgspec.to_builtins(model.stored(NOON_MS))


def test_a_broken_state_file_is_refused_not_forgotten(tmp_path: Path) -> None:
    (tmp_path / "P1.json").write_text("{", encoding="utf-8")
    with pytest.raises(StateError, match="move it away"):
        load_state(tmp_path, "P1")


def test_says_an_unreachable_broker_once_until_it_was_reached() -> None:
    said: list[str] = []
    board = ConnectionBoard(2, "mqtt://h:1", said.append)
    board.failed("P1", ConnectionRefusedError(111, "Connection refused"))
    board.failed("P2", ConnectionRefusedError(111, "Connection refused"))
    assert len(said) == 1
    assert "mqtt://h:1 cannot be reached (Connection refused)" in said[0]
    board.connected("P1")
    board.failed("P2", TimeoutError())
    assert len(said) == 2
    assert board.progress() == "connected 1/2"


def test_says_a_refusal_once_and_counts_the_refused() -> None:
    said: list[str] = []
    board = ConnectionBoard(3, "mqtt://h:1", said.append)
    for pile_no in ("P1", "P2"):
        board.failed(pile_no, LinkRefusedError("the password is wrong"))
    assert len(said) == 1
    assert "P1 was refused: the password is wrong" in said[0]
    assert board.progress() == "connected 0/3, 2 refused"
    board.connected("P1")
    assert board.progress() == "connected 1/3, 1 refused"


def test_a_spec_needs_a_password() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(PILE | {"secret": ""}, PileSpec)
