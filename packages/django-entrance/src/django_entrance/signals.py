"""Signals of sign-ins. The sender of each is the user model; receivers may not rely on a request.

``person_created(user, identity)``: a new person has got a user of their own, after commit: one that was created, or the
one that the function of ``PROVISIONING`` returned.
``access_changed(user, identity, gained, lost)``: Entra's roles or groups changed what the user may; ``gained`` and
``lost`` are sets of names: Django groups as ``group:NAME``, flags as ``is_staff``.
``signed_in(user, identity, door)``: a person's token was used for the first time, or a session began.
``connected(user, account, how)``: an existing user was linked to an identity; ``how`` is ``"connected"`` (by the person
or an administrator) or ``"adopted"`` (by a rule). ``disconnected(user, account)``: the person ended that.
``refused(refusal, request)``: a request was refused; ``refusal.reason`` says why. The sender is the refusal's class.
"""

from django.dispatch import Signal

person_created = Signal()
access_changed = Signal()
signed_in = Signal()
refused = Signal()
connected = Signal()
disconnected = Signal()
