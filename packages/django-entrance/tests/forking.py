"""A process that forks in the worst moment: one thread fetches, one holds the lock, one remembers tokens.

Its argument says what is fetched: ``cold`` the first keys, ``meeting a new key`` the one that signs from now on.
The child says whether its own threads let a good token in.
"""

import os
import sys
import threading
from collections.abc import Callable
from itertools import count

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project_settings")  # token_watch asks for it

from django_entrance.verification.identify import identify
from django_entrance.verification.metadata.waiting import MOST_WAITING
from django_entrance.verification.verified_tokens import VerifiedTokens
from scripted import ADA, K1, K2, NOW, ScriptedAuthority, claims_v2, token, trust

PARENT = os.getpid()
published = ScriptedAuthority(keys=[K1.jwk()])
cache = VerifiedTokens(3)
parent_asks = threading.Event()


def fetch(url: str) -> bytes:
    if os.getpid() == PARENT and K2.jwk() in published.keys:
        parent_asks.set()
        threading.Event().wait()
    return published.fetch(url)


authority = trust(published, fetch=fetch)


def enter(text: str) -> bool:
    identity = identify(text, [authority], verified_tokens=cache, now=NOW)
    return identity is not None and identity.object_id == ADA


def keep_entering() -> None:
    for number in count():
        enter(token(claims_v2(uti=str(number))))


def start(call: Callable[..., object], *arguments: object) -> threading.Thread:
    thread = threading.Thread(target=call, args=arguments, daemon=True)
    thread.start()
    return thread


def child_is_let_in() -> bool:
    """Ask with as many threads as may wait, at once for a token of the old key and one of the new."""
    answers: list[bool] = []
    texts = [token(), token(key=K2)]
    assert len(texts) == MOST_WAITING
    threads = [start(lambda text: answers.append(enter(text)), text) for text in texts]
    for thread in threads:
        thread.join(20)
    return answers == [True] * MOST_WAITING and enter(texts[0]) and len(cache.entries) <= 3


def main(scene: str) -> None:
    if scene != "cold":
        enter(token())
        start(keep_entering)
    published.keys = [K1.jwk(), K2.jwk()]
    start(enter, token(key=K2))
    assert parent_asks.wait(20)
    authority.keys.state.lock.acquire()  # as a thread would in the very moment
    child = os.fork()
    if child == 0:
        print("let in" if child_is_let_in() else "kept out", flush=True)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    os._exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main(sys.argv[1])
