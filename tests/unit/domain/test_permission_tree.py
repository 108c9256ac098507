"""Every permission can be granted: it has one place in the tree; and what the presets grant."""

from collections import Counter
from itertools import chain

from backend.domain.permission import Permission
from backend.domain.permission_tree import permission_tree
from backend.domain.role_preset import PRESETS, SUPER_ADMINISTRATOR

PAGES = [page for group in permission_tree() for page in group.pages]


def test_every_permission_has_one_place_in_the_tree() -> None:
    placed = Counter(chain.from_iterable(page.permissions for page in PAGES))
    assert placed == Counter(Permission)


def test_a_page_begins_with_what_opens_it() -> None:
    for page in PAGES:
        opening = [one for one in page.permissions if one.endswith(".read")]
        assert list(page.permissions[: len(opening)]) == opening, page.key


def test_the_presets_are_named_apart_and_one_of_them_may_do_everything() -> None:
    assert [preset.name for preset in PRESETS] == ["超级管理员", "运营", "财务", "运维", "客服", "只读"]
    assert SUPER_ADMINISTRATOR.permissions == set(Permission)
    for preset in PRESETS[1:]:
        assert not preset.permissions & {Permission.STAFF_EDIT, Permission.ROLE_EDIT}, preset.name
    assert all(one.endswith(".read") for one in PRESETS[-1].permissions)


def test_whoever_may_press_a_button_of_a_preset_may_open_its_page() -> None:
    for preset in PRESETS:
        for page in PAGES:
            first = page.permissions[0]
            if preset.permissions & set(page.permissions) and first.endswith(".read"):
                assert first in preset.permissions, (preset.name, page.key)
