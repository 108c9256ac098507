import re
from datetime import UTC, datetime, timedelta

import pytest

from backend.gateways import clock, ids

NOW = datetime(2026, 11, 22, 16, 30, 5, tzinfo=UTC)  # already the 23rd in Beijing


def test_the_clock_is_aware_utc_and_keeps_only_milliseconds() -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=1)  # noqa: TID251 - compared with the clock itself
    now = clock.utc_now()
    assert now.utcoffset() == timedelta(0)
    assert now.microsecond % 1000 == 0
    assert before <= now <= datetime.now(UTC)  # noqa: TID251 - as above


def test_the_monotonic_clock_never_steps_back() -> None:
    readings = [clock.monotonic_s() for _ in range(100)]
    assert readings == sorted(readings)


def test_ulids_are_26_characters_and_later_ones_sort_later() -> None:
    made = [ids.new_ulid() for _ in range(1000)]
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", ulid) for ulid in made)
    assert len(set(made)) == len(made)
    assert made == sorted(made)


def test_a_number_carries_its_prefix_and_the_time_in_beijing() -> None:
    number = ids.new_number("S", NOW)
    assert re.fullmatch(r"S20261123003005[0-9A-HJKMNP-TV-Z]{10}", number)


def test_numbers_of_one_second_differ_in_at_least_40_random_bits() -> None:
    tails = {ids.new_number("S", NOW)[15:] for _ in range(1000)}
    assert len(tails) == 1000
    assert 5 * ids.NUMBER_TAIL_CHARS >= 40
    for place in range(ids.NUMBER_TAIL_CHARS):
        assert len({tail[place] for tail in tails}) > 24  # of 32: every place is random


def test_the_longest_number_fits_every_channel() -> None:
    assert len(ids.new_number("ABCD", NOW)) <= 32


@pytest.mark.parametrize("prefix", ["", "s", "ABCDE", "A-", "充"])
def test_refuses_a_prefix_that_is_not_a_few_capitals(prefix: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        ids.new_number(prefix, NOW)


def test_refuses_to_date_a_number_by_a_naive_time() -> None:
    with pytest.raises(ValueError, match="aware"):
        ids.new_number("S", NOW.replace(tzinfo=None))


def test_tokens_carry_32_random_bytes_and_are_url_safe() -> None:
    tokens = {ids.new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(re.fullmatch(r"[0-9A-Za-z_-]{43}", token) for token in tokens)


def test_qr_tokens_hold_no_look_alikes() -> None:
    tokens = {ids.new_qr_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(re.fullmatch(r"[2-9A-HJKMNP-Z]{10}", token) for token in tokens)


def test_a_token_is_stored_as_its_sha256() -> None:
    assert ids.hash_token("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_request_ids_are_26_characters_and_no_two_processes_share_any() -> None:
    one, other = ids.RequestIds(), ids.RequestIds()
    made = [source.new() for _ in range(1_000) for source in (one, other)]
    assert len(set(made)) == 2_000
    assert {len(each) for each in made} == {26}


def test_seconds_for_an_http_date_are_those_of_the_clock() -> None:
    before, seconds, after = clock.utc_now().timestamp(), clock.now_s(), clock.utc_now().timestamp()
    assert int(before) <= seconds <= after + 1
