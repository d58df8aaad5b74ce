"""Signals of sign-ins. ``signed_in`` and ``refused`` are sent with ``send_robust``: a receiver changes no answer.

``person_created(user, identity)``: a new person has got a user of their own, after commit: one that was created, or the
one that the function of ``PROVISIONING`` returned.
``access_changed(user, identity, gained, lost)``: Entra's roles or groups changed what the user may. ``gained`` and
``lost`` are sets of names: Django groups as ``group:NAME``, flags as ``is_staff``.
``signed_in(user, identity, door)``: a process saw a token for the first time (``door`` is ``"bearer"``); or a session
began or was confirmed, with a token (``"session"``) or on the pages of the site (``"page"``). Each process that sees a
token sends it; ``SignInEvent`` has it once.
``connected(user, account, how, door)``: after commit, an identity was tied to an existing user. ``how`` is
``"connected"`` (by the person or an administrator) or ``"adopted"`` (by a rule); ``door`` is ``"admin"`` from Django's
admin.
``disconnected(user, account, door)``: after commit, that was ended.
``refused(refusal, request, caller, user, door)``: a request was refused; ``refusal.reason`` says why. ``caller`` has
the ids of the token, empty until its signature is verified. ``user`` is the Django user that was signed in, or None.
``door`` is ``"bearer"``, ``"session"`` (one that Entra started), ``"page"`` (page sign-in) or ``"login"``.

The sender is the user model; of ``refused``, the class of the refusal.
"""

from django.dispatch import Signal

person_created = Signal()
access_changed = Signal()
signed_in = Signal()
connected = Signal()
disconnected = Signal()
refused = Signal()
