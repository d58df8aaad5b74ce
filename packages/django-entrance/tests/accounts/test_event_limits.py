import pytest
from django_entrance.accounts.event_limits import Daily, PerMinute


def test_a_minute_lets_so_many_through_and_tells_of_the_others_once(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    limit = PerMinute(2, lambda: now[0])
    assert [limit.passes() for _ in range(4)] == [True, True, False, False]
    now[0] = 59.0
    limit.tell_dropped()
    assert (limit.passes(), caplog.messages) == (False, [])
    now[0] = 60.0
    limit.tell_dropped()
    limit.tell_dropped()
    [line] = caplog.messages
    assert line.startswith("3 refusals in the minute from ")
    assert line.endswith("were not recorded as events.")
    assert [limit.passes() for _ in range(3)] == [True, True, False]


def test_a_quiet_minute_is_told_nothing_of(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    limit = PerMinute(1, lambda: now[0])
    assert limit.passes()
    now[0] = 60.0
    assert limit.passes()
    assert caplog.messages == []


def test_once_a_day_begins_at_once() -> None:
    now = [0.0]
    daily = Daily(lambda: now[0])
    for now[0] in (0.0, 24 * 60 * 60.0):
        assert daily.is_over()
        assert [daily.is_due(), daily.is_due()] == [True, False]
        assert not daily.is_over()
