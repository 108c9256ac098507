"""What can be due: the kinds of timers."""

from enum import StrEnum


class TimerKind(StrEnum):
    # no `session_started` in time: stop, fail, release (docs/states.md, 90 s)
    START_DEADLINE = "start_deadline"
    # looks after a charging session each minute: silent for 30 min, without energy, longer than a day
    SESSION_WATCH = "session_watch"
    # a stop was not obeyed yet: send it again, or end by what is known
    STOP_REPEAT = "stop_repeat"
    # a start command died unanswered: ask the pile, stop what runs
    COMMAND_EXPIRY = "command_expiry"
    # a payment is not known to be paid: ask the channel, close it when its time is over
    PAYMENT_QUERY = "payment_query"
    # a hold in review is released after 24 h
    REVIEW_RELEASE = "review_release"
