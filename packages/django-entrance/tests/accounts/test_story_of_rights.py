"""Stories of users and rights in any order, through both doors: hypothesis looks for one that breaks a promise.

The story keeps a model of its own: which rights were given by hand, which a token gave, and who is which user.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.test import Client, override_settings
from django_entrance.accounts.connecting import make_ticket
from django_entrance.models import EntraAccount, ExpectedPerson
from doors import DOORS, Answer, Rows, enter, rows
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from scripted import ADA, OTHER_TENANT, TENANT, ScriptedAuthority
from second_tenant import two_authorities
from sign_ins import bearer

pytestmark = pytest.mark.django_db

FINANCE = "0f3c0000-0000-4000-8000-0000000000aa"
GRACE = "96ace000-0000-4000-8000-000000000005"
PEOPLE = [(TENANT, ADA), (TENANT, GRACE), (OTHER_TENANT, ADA)]
NAMES = ["ada@contoso.example", "ADA@Contoso.example", "grace@contoso.example"]
CLAIMED = [*NAMES, "\N{CYRILLIC SMALL LETTER A}da@contoso.example", "ada_x.example#EXT#@contoso.example", "ada"]
OWN = ["ada", "ada@contoso.example", "Grace@contoso.example"]
DJANGO_GROUPS = ["editors", "admins", "finance"]
FLAGS = ["is_staff", "is_superuser"]
ROLES = ["Editor", "Admin", "Root"]
SOME = {"app_roles": {"Editor": {"groups": ["editors"]}, "Root": {"is_staff": True}}}
ALL = {
    "app_roles": {
        "Editor": {"groups": ["editors"]},
        "Admin": {"groups": ["editors", "admins"], "is_staff": True},
        "Root": {"is_superuser": True},
    },
    "groups": {FINANCE: {"groups": ["finance"]}},
}
NEVER_WRITTEN = ["username", "password", "is_active", "last_login", "date_joined", "permissions"]
REFUSALS = {"account_exists", "account_missing", "user_disabled", "overage_unresolved", "user_not_creatable"}

POLICIES: dict[str, Any] = {
    "access": st.sampled_from([ALL, ALL, SOME, {}]),
    "conflict": st.sampled_from(["connect", "separate"]),
    "adopts": st.booleans(),
    "staff": st.booleans(),
    "overage": st.sampled_from(["refuse", "last"]),
}
SETS_OF_ROLES = st.sets(st.sampled_from([*ROLES, "Unmapped", "admins"]), max_size=3)
SETS_OF_GROUPS = st.sets(st.sampled_from([FINANCE, "finance"]))

default: Any = hypothesis_settings.default
STORIES = hypothesis_settings(default, max_examples=default.max_examples // 8, stateful_step_count=25)


def rights_by(access: dict[str, Any], roles: set[str], groups: set[str]) -> set[str]:
    """Return what ``ACCESS`` gives, computed apart from the package."""
    grants = [access.get("app_roles", {}).get(role, {}) for role in roles]
    grants += [access.get("groups", {}).get(group, {}) for group in groups]
    return {
        name for grant in grants for name in [*grant.get("groups", ()), *(flag for flag in FLAGS if grant.get(flag))]
    }


def rights_in(row: dict[str, Any]) -> set[str]:
    return {*row["groups"], *(flag for flag in FLAGS if row[flag])}


@dataclass
class Token:
    """What a person's last accepted token said, and what it gave by the settings of that time."""

    roles: set[str] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)
    gave: set[str] = field(default_factory=set)


@dataclass
class Hand:
    """Rights of a user by hand: those that must stay, those that may stay, and those that were taken away."""

    stays: set[str] = field(default_factory=set)
    may: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)


class Story(RuleBasedStateMachine):
    def __init__(self, authority: ScriptedAuthority, usual: dict[str, Any]) -> None:
        super().__init__()
        self.authority, self.usual = authority, usual
        self.overriding = override_settings()  # one at a time: a thousand within each other are too deep
        self.overriding.enable()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        Group.objects.bulk_create(Group(name=name) for name in DJANGO_GROUPS)
        self.hand: dict[Any, Hand] = {}
        self.passwords: dict[Any, str] = {}
        self.user_of: dict[tuple[str, str], Any] = {}
        self.tokens: dict[tuple[str, str], Token] = {}
        self.written: Rows = {}
        self.policy: dict[str, Any] = {}

    def teardown(self) -> None:
        for key, password in self.passwords.items():
            found = authenticate(username=self.written[key]["username"], password=password)
            assert (found is not None and found.pk == key) == self.written[key]["is_active"]
        self.overriding.disable()
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @initialize(flags=st.sets(st.sampled_from(FLAGS)), roles=SETS_OF_ROLES, door=st.sampled_from(DOORS), **POLICIES)
    def start(self, flags: set[str], roles: set[str], door: str, **chosen: Any) -> None:
        """Begin with what matters most: an own user, and a person of the same name."""
        self.set_policy(**chosen)
        self.add_own_user("ada", NAMES[0], flags)
        self.sign_in_with_the_name_of_an_own_user(door, PEOPLE[0], roles)
        if self.user_of:
            self.roles_come_and_go(door, 0, {*ROLES})

    @rule(**POLICIES)
    def set_policy(self, access: dict[str, Any], conflict: str, *, adopts: bool, staff: bool, overage: str) -> None:
        self.policy = {"ACCESS": access, "ON_CONFLICT": conflict, "ADOPT_STAFF": staff and adopts, "OVERAGE": overage}
        self.policy |= {"ADOPT_DOMAINS": ["contoso.example"]} if adopts else {}
        self.overriding.disable()
        self.overriding = override_settings(ENTRANCE=self.usual | self.policy)
        self.overriding.enable()

    @rule(name=st.sampled_from(OWN), email=st.sampled_from(NAMES), flags=st.sets(st.sampled_from(FLAGS)))
    def add_own_user(self, name: str, email: str, flags: set[str]) -> None:
        if User.objects.filter(username=name).exists():
            return
        user = User.objects.create_user(name, email, f"pw-{name}", **dict.fromkeys(flags, True))
        self.passwords[user.pk] = f"pw-{name}"
        self.hand[user.pk] = Hand(set(flags), set(flags))
        self.note()

    @rule(
        door=st.sampled_from(DOORS),
        person=st.sampled_from(PEOPLE),
        name=st.sampled_from(CLAIMED),
        roles=SETS_OF_ROLES,
        groups=SETS_OF_GROUPS,
        more=st.sampled_from([{}, {}, {"acct": 1}, {"hasgroups": True}, {"email": NAMES[0], "xms_edov": True}]),
        is_short=st.booleans(),
    )
    def sign_in(
        self,
        door: str,
        person: tuple[str, str],
        name: str,
        roles: set[str],
        groups: set[str],
        more: Any,
        *,
        is_short: bool,
    ) -> None:
        before, known = self.written, self.user_of.get(person)
        claims = {"preferred_username": name, "given_name": name[:5], "roles": sorted(roles), "groups": sorted(groups)}
        answer = self.enter(door, person, **claims | ({} if is_short else {"upn": name}) | more)
        account = EntraAccount.objects.filter(tenant_id=person[0], object_id=person[1]).first()
        now = None if account is None else account.user_id
        if known is not None:
            assert now == known, "the ids lead to the same user as before"
            assert (answer.reason == "user_disabled") == (not before[known]["is_active"])
        elif now in before:
            assert self.may_adopt(now, person, name, more, is_short), "an existing user only by the rules"
        if now is None:
            assert answer.user is None
        else:
            self.settle(person, now, before, answer)
            self.check_token(person, now, roles, groups, more, answer)
        others = {key: row for key, row in rows().items() if key != now}
        assert others == {key: row for key, row in before.items() if key != now}, "a token changes its own user alone"
        self.note()

    @precondition(lambda self: self.user_of)
    @rule(door=st.sampled_from(DOORS), number=st.integers(0, 9), roles=SETS_OF_ROLES, groups=SETS_OF_GROUPS)
    def sign_in_again(self, door: str, number: int, roles: set[str], groups: set[str]) -> None:
        person = sorted(self.user_of)[number % len(self.user_of)]
        self.sign_in(door, person, "lovelace@contoso.example", roles, groups, {}, is_short=False)

    @precondition(lambda self: self.user_of)
    @rule(door=st.sampled_from(DOORS), number=st.integers(0, 9), roles=SETS_OF_ROLES)
    def roles_come_and_go(self, door: str, number: int, roles: set[str]) -> None:
        for now in (roles, set()):
            self.sign_in_again(door, number, now, set())

    @rule(door=st.sampled_from(DOORS), person=st.sampled_from(PEOPLE), roles=SETS_OF_ROLES)
    def sign_in_with_the_name_of_an_own_user(self, door: str, person: tuple[str, str], roles: set[str]) -> None:
        self.sign_in(door, person, NAMES[0], roles, set(), {}, is_short=False)

    def enter(self, door: str, person: tuple[str, str], **claims: Any) -> Answer:
        tenant, oid = person
        ids = {"tid": tenant, "oid": oid, "iss": f"{self.authority.host}/{tenant}/v2.0"}
        answer = enter(door, self.authority, **ids, **claims)
        assert (answer.user is None) == (answer.reason in REFUSALS), answer.reason
        return answer

    def may_adopt(self, key: Any, person: tuple[str, str], name: str, more: Any, is_short: bool) -> bool:
        row = self.written[key]
        expected = ExpectedPerson.objects.filter(tenant_id=person[0], username=name.lower(), user=key).exists()
        is_named = name.lower() in (row["username"].lower(), row["email"].lower()) and "@" in name
        is_verified = is_short and more.get("email") in (row["username"].lower(), row["email"].lower())
        is_free = row["is_active"] and not row["accounts"] and (self.policy["ADOPT_STAFF"] or not self.is_staff(row))
        by_rule = "ADOPT_DOMAINS" in self.policy and is_free and ((is_named and not is_short) or is_verified)
        return "acct" not in more and (by_rule or expected or (person, name.lower(), key) in self.expected)

    expected: set[Any] = frozenset()  # type: ignore[assignment]  # of (person, name, user), see ``expect``

    @staticmethod
    def is_staff(row: dict[str, Any]) -> bool:
        return bool(row["is_staff"] or row["is_superuser"])

    def settle(self, person: tuple[str, str], key: Any, before: Rows, answer: Answer) -> None:
        self.user_of[person] = key
        self.tokens.setdefault(person, Token())
        self.hand.setdefault(key, Hand())
        row = rows()[key]
        assert answer.user is None or (answer.key == key and row["is_active"])
        if key in before:
            assert {name: row[name] for name in NEVER_WRITTEN} == {name: before[key][name] for name in NEVER_WRITTEN}

    def check_token(
        self, person: tuple[str, str], key: Any, roles: set[str], groups: set[str], more: Any, answer: Answer
    ) -> None:
        token, hand, access = self.tokens[person], self.hand[key], self.policy["ACCESS"]
        if answer.user is None:
            return
        if "hasgroups" in more and access.get("groups"):
            assert self.policy["OVERAGE"] == "last"
            groups = token.groups
        wanted = rights_by(access, roles, groups)
        self.tokens[person] = Token(roles, groups & {FINANCE}, wanted)
        if wanted != token.gave:
            hand.taken -= wanted - token.gave
        missing = wanted - rights_in(rows()[key]) - hand.taken
        assert not missing, f"{missing} of the token"

    def note(self) -> None:
        self.written = rows()

    def pick(self, number: int) -> Any:
        return sorted(self.hand)[number % len(self.hand)]

    @precondition(lambda self: self.hand)
    @rule(number=st.integers(0, 9), right=st.sampled_from([*DJANGO_GROUPS, *FLAGS]), gives=st.booleans())
    def change_by_hand(self, number: int, right: str, gives: bool) -> None:
        key = self.pick(number)
        user, hand, has = User.objects.get(pk=key), self.hand[key], right in rights_in(self.written[key])
        if has == gives:
            return
        if right in FLAGS:
            User.objects.filter(pk=key).update(**{right: gives})
        else:
            (user.groups.add if gives else user.groups.remove)(Group.objects.get(name=right))
        if gives:
            hand.may.add(right)
            hand.stays |= {right} - self.given_by_tokens(key)
        else:
            hand.may.discard(right)
            hand.stays.discard(right)
            hand.taken.add(right)
        self.note()

    def given_by_tokens(self, key: Any) -> set[str]:
        """Return what the tokens of a user's identities gave, or give by the settings as they are now."""
        own = [self.tokens[person] for person, user in self.user_of.items() if user == key]
        return set().union(*(each.gave | rights_by(self.policy["ACCESS"], each.roles, each.groups) for each in own))

    @precondition(lambda self: self.passwords)
    @rule(number=st.integers(0, 9), person=st.sampled_from(PEOPLE), confirmed=st.booleans())
    def connect(self, number: int, person: tuple[str, str], confirmed: bool) -> None:
        keys = sorted(self.passwords)
        user = User.objects.get(pk=keys[number % len(keys)])
        ids = {"tid": person[0], "oid": person[1], "iss": f"{self.authority.host}/{person[0]}/v2.0", "roles": None}
        claims = {"preferred_username": None, **ids}
        known, row = self.user_of.get(person), self.written[user.pk]
        sent = {"ticket": make_ticket(user, is_confirmed=confirmed)}
        answer = Client().post("/entrance/account/connect/", sent, headers=bearer(self.authority, **claims))
        judged = rows()[user.pk] if known == user.pk else row  # the token beside the ticket has set its user's rights
        may = row["is_active"] and (confirmed or not self.is_staff(judged)) and known in (None, user.pk)
        may = may and (known is None or self.written[known]["is_active"])
        assert (answer.status_code == 200) == may, answer.content
        if may:
            self.user_of[person] = user.pk
            self.tokens.setdefault(person, Token())
        if known is not None and self.written[known]["is_active"]:
            self.tokens[person] = Token()  # the token beside the ticket was that of a known person, without roles
        now = rows()
        assert {key: r["password"] for key, r in now.items()} == {key: r["password"] for key, r in self.written.items()}
        assert now.keys() == self.written.keys()
        self.note()

    @precondition(lambda self: self.hand)
    @rule(number=st.integers(0, 9), person=st.sampled_from(PEOPLE), name=st.sampled_from(NAMES))
    def expect(self, number: int, person: tuple[str, str], name: str) -> None:
        key = self.pick(number)
        ids: dict[str, Any] = {"tenant_id": person[0], "username": name.lower()}
        ExpectedPerson.objects.update_or_create(**ids, defaults={"user_id": key})
        kept = {each for each in self.expected if (each[0][0], each[1]) != (person[0], name.lower())}
        self.expected = kept | {(each, name.lower(), key) for each in PEOPLE if each[0] == person[0]}

    @precondition(lambda self: self.hand)
    @rule(number=st.integers(0, 9))
    def turn_active(self, number: int) -> None:
        key = self.pick(number)
        User.objects.filter(pk=key).update(is_active=not self.written[key]["is_active"])
        self.note()

    @precondition(lambda self: self.hand)
    @rule(number=st.integers(0, 9))
    def delete(self, number: int) -> None:
        key = self.pick(number)
        User.objects.get(pk=key).delete()
        self.hand.pop(key)
        self.passwords.pop(key, None)
        self.forget(lambda user: user == key)
        self.note()

    @precondition(lambda self: self.user_of)
    @rule(number=st.integers(0, 9))
    def disconnect(self, number: int) -> None:
        person = sorted(self.user_of)[number % len(self.user_of)]
        EntraAccount.objects.get(tenant_id=person[0], object_id=person[1]).delete()
        key = self.user_of.pop(person)
        self.tokens.pop(person)
        assert rights_in(rows()[key]) <= self.hand[key].may | self.given_by_tokens(key)
        self.note()

    def forget(self, gone: Callable[[Any], bool]) -> None:
        for person in [person for person, user in self.user_of.items() if gone(user)]:
            del self.user_of[person], self.tokens[person]
        self.expected = {each for each in self.expected if not gone(each[2])}

    @invariant()
    def each_identity_is_one_user(self) -> None:
        stored = EntraAccount.objects.values_list("tenant_id", "object_id", "user_id")
        assert {(str(tenant), str(oid)): user for tenant, oid, user in stored} == self.user_of
        assert len(stored) == len(self.user_of)

    @invariant()
    def nobody_has_more_than_by_hand_and_by_access(self) -> None:
        for key, row in self.written.items():
            more = rights_in(row) - self.hand[key].may - self.given_by_tokens(key)
            assert not more, f"{more} of {row['username']}"

    @invariant()
    def what_was_given_by_hand_stays(self) -> None:
        for key, hand in self.hand.items():
            assert hand.stays <= rights_in(self.written[key]), hand

    @invariant()
    def own_logins_work_as_before(self) -> None:
        for key, password in self.passwords.items():
            row = self.written[key]
            assert check_password(password, row["password"])
        assert {key for key, row in self.written.items() if not row["password"].startswith("!")} == {*self.passwords}


@pytest.mark.timeout(1800)
def test_no_story_breaks_a_promise(
    authority: ScriptedAuthority, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "django.db.backends")  # otherwise each query is logged, and looked at
    with two_authorities(authority, settings):
        usual = settings.ENTRANCE
        make: Any = partial(Story, authority, usual)  # hypothesis takes any function; its types say a class
        run_state_machine_as_test(make, settings=STORIES)
