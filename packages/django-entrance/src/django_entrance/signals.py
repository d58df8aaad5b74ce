"""Signals of sign-ins. The sender of each is the user model; receivers may not rely on a request.

``person_created(user, identity)``: a user was created for a new person.
``access_changed(user, identity, gained, lost)``: Entra's roles or groups changed what the user may; ``gained`` and
``lost`` are sets of names: Django groups as ``group:NAME``, flags as ``is_staff``.
``signed_in(user, identity, door)``: a process saw a token for the first time, or a session began. ``door`` says how:
``"bearer"``. With several processes the signal is sent in each that sees the token; ``SignInEvent`` has it once.
``connected(user, account, how)``: an identity was tied to an existing user: ``how`` is ``"connected"`` (by the person,
or an administrator) or ``"adopted"`` (by a rule). ``disconnected(user, account)``: that was ended. Both may have a
``door``: ``"admin"`` from Django's admin.
``refused(refusal, request, caller, user, door)``: a request was refused; ``refusal.reason`` says why. The sender is the
refusal's class. ``caller`` has the ids of the token, empty as long as no signature was verified; ``user`` is the Django
user that was signed in, or None; ``door`` is ``"bearer"``, ``"session"`` (one that Entra started) or ``"login"``.

``signed_in`` and ``refused`` are sent with ``send_robust``: a receiver that fails changes no answer.
"""

from django.dispatch import Signal

person_created = Signal()
access_changed = Signal()
signed_in = Signal()
connected = Signal()
disconnected = Signal()
refused = Signal()
