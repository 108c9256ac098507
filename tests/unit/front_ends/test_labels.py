"""Both front-ends show the glossary's own words."""

from scripts.front_ends.labels import outputs, read_labels


def test_the_committed_labels_are_the_present_ones() -> None:
    for path, text in outputs().items():
        assert path.read_text(encoding="utf-8") == text, "run: python -m scripts.front_ends.labels"


def test_every_label_is_chinese() -> None:
    for name, labels in read_labels().items():
        for value, label in labels.items():
            assert any("一" <= letter <= "鿿" for letter in label), (name, value)
