"""How the proof adds up what the attacks noted."""

import json
from collections import Counter

from scripts.proofs.security import FIGURES, LEAKS, add_up, figures


def test_notes_of_the_same_attack_are_added_and_what_got_through_is_kept_apart() -> None:
    notes = [
        {"attack": "HTTP: other role", "tried": 4, "through": 0},
        {"attack": "HTTP: other role", "tried": 3, "through": 2},
        {"attack": "fuzz: topics", "tried": 10, "through": 1},
    ]
    tried, through = add_up(json.dumps(note) for note in notes)
    assert tried == {"HTTP: other role": 7, "fuzz: topics": 10}
    assert through["HTTP: other role"] == 2
    found = figures(tried, through, seed=5, violations=2)
    assert (found["bola_cells"], found["fuzz_inputs"], found["attacks"]) == (7, 10, 17)
    assert (found["leaks"], found["violations"], found["seed"]) == (2, 2, 5)


def test_only_seeing_what_is_anothers_counts_as_a_leak() -> None:
    through = Counter({"fuzz: topics": 3, "secrets in logs": 1, "MQTT: wills of others": 1})
    assert figures(through, through, seed=1, violations=3)["leaks"] == 2
    assert set(LEAKS) <= {start for starts in FIGURES.values() for start in starts}
