"""Remembers what was proved, by the token's digest: bounded, never beyond ``exp``, never beyond its key."""

from collections import OrderedDict
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256

from django_entrance.verification.authority import Authority
from django_entrance.verification.identity import Identity
from django_entrance.verification.metadata.jwks import SigningKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What verifying a token came to, when, and with which key."""

    identity: Identity
    authority: Authority
    key: SigningKey
    proved_at: float

    def holds(self, authorities: Collection[Authority], now: float) -> bool:
        """Whether those authorities, verifying again, would come to the same.

        Raises:
            UnknownSigningKey: the authority has retired the key.
        """
        is_in_time = self.proved_at <= now < self.identity.expires_at
        return is_in_time and self.authority in authorities and self.authority.keys.find(self.key.key_id) == self.key


class ProvedTokens:
    """The latest ``most`` proofs of one process. The tokens themselves are not kept; 0 remembers nothing."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.proofs: OrderedDict[bytes, Proof] = OrderedDict()

    def recall(self, bearer: str, authorities: Collection[Authority], now: float) -> Identity | None:
        """Return whom the very same text was proved to speak of, or None when it has to be verified."""
        proof = self.proofs.get(digest(bearer)) if self.most else None
        return proof.identity if proof is not None and proof.holds(authorities, now) else None

    def remember(self, bearer: str, proof: Proof) -> None:
        """Needs no lock, which a fork could leave locked: each step is one of the dict's own."""
        if self.most:
            self.proofs[digest(bearer)] = proof
            with suppress(KeyError):
                while len(self.proofs) > self.most:
                    self.proofs.popitem(last=False)


def digest(bearer: str) -> bytes:
    return sha256(bearer.encode("utf-8", "surrogatepass")).digest()
