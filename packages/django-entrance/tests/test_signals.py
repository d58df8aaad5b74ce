"""What ``conftest`` holds every signal to in each test."""

from django.dispatch import Signal
from django_entrance import signals
from signals_watch import DOCUMENTED


def test_every_signal_is_documented() -> None:
    assert DOCUMENTED.keys() == {name for name, thing in vars(signals).items() if isinstance(thing, Signal)}


def test_control_other_arguments_are_found(wrong_signals: list[str]) -> None:
    signals.disconnected.send(sender=object, user=None, account=None, door="")
    assert wrong_signals == []
    signals.disconnected.send(sender=object, user=None, account=None)
    assert wrong_signals == ["disconnected has ['account', 'user'], not ['account', 'door', 'user']"]
    wrong_signals.clear()
