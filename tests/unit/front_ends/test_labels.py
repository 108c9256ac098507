"""Both front-ends show the glossary's own words."""

from scripts.front_ends.labels import outputs, read_driver_labels, read_labels


def test_the_committed_labels_are_the_present_ones() -> None:
    for path, text in outputs().items():
        assert path.read_text(encoding="utf-8") == text, "run: python -m scripts.front_ends.labels"


def test_every_label_is_chinese() -> None:
    for labels_of in (read_labels, read_driver_labels):
        for name, labels in labels_of().items():
            for value, label in labels.items():
                assert any("一" <= letter <= "鿿" for letter in label), (name, value)


def test_a_driver_reads_their_own_word_where_staff_need_another() -> None:
    staff, driver = read_labels(), read_driver_labels()
    assert (staff["EntryKind"]["hold"], driver["EntryKind"]["hold"]) == ("预冻结", "充电暂扣")
    assert (staff["FailureReason"]["start_expired"], driver["FailureReason"]["start_expired"]) == (
        "启动指令超时",
        "充电桩没有收到启动请求",
    )
    assert driver["ConnectorStatus"]["idle"] == staff["ConnectorStatus"]["idle"] == "空闲"


def test_what_drivers_read_of_one_enum_differs() -> None:
    for name, labels in read_driver_labels().items():
        assert len(set(labels.values())) == len(labels), name
