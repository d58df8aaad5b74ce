"""Keeps the contents of a form in the browser while its person is at Microsoft, and has them sent again by a click.

They are in the page that the browser gets, and in its ``sessionStorage``: never in a cookie, a session or a log.
Without scripts, what was typed is two pages back.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from django_entrance.frontend.public import public
from django_entrance.sessions.flows import LIFETIME
from django_entrance.sessions.next_pages import is_safe, page_of_form
from django_entrance.sessions.pages import home_page, secured
from django_entrance.sessions.proofs import Proof, proof_fields
from django_entrance.sessions.record import record_here
from django_entrance.verification.errors import Refused

LARGEST = 500_000
"""Characters of a form that is kept; browsers keep five million of a site."""

SECRET = re.compile("pass|pwd|secret|pin$|cvc|cvv|otp|card.?num|api.?key", re.IGNORECASE)
"""In the names of fields whose values no storage is to have, beside those of Django's ``sensitive_post_parameters``.

A form that has one is not kept.
"""

NAME = "entrance.form"

KEEP = f"""
const kept = document.getElementById("entrance-form"), form = document.forms[0];
if (kept) form.addEventListener("submit", () => {{
  try {{
    sessionStorage.setItem("{NAME}", JSON.stringify({{ at: Date.now(), ...JSON.parse(kept.textContent) }}));
    form.elements.next.value = form.dataset.sendAgain;
  }} catch {{}}
}});
"""

SEND = f"""
const form = document.forms[0], list = document.querySelector("dl");
const kept = JSON.parse(sessionStorage.getItem("{NAME}"));
const isTheirs = kept && kept.session === form.dataset.session && Date.now() - kept.at < {LIFETIME * 1000};
if (!isTheirs) sessionStorage.removeItem("{NAME}");
else if (/^\\/(?![\\/\\\\])/.test(kept.action)) {{
  form.action = kept.action;
  form.addEventListener("submit", () => sessionStorage.removeItem("{NAME}"));
  const fields = kept.fields.map(([name, value]) =>
    Object.assign(document.createElement("textarea"), {{ name, value, hidden: true }}));
  for (const {{ name, value }} of fields) {{
    if (name === "csrfmiddlewaretoken") continue;
    const [term, text] = [document.createElement("dt"), document.createElement("dd")];
    term.textContent = name;
    text.textContent = value.length > 300 ? value.slice(0, 300) + "…" : value;
    list.append(term, text);
  }}
  form.append(...fields); // last: a field's name may hide what the form can do
  document.getElementById("kept").hidden = false;
  document.getElementById("nothing").hidden = true;
}}
"""


def show_one_more_step(request: HttpRequest, refusal: Refused, proof: Proof) -> HttpResponse:
    """Show what a form that a person has sent still needs, with a button that leads to Microsoft.

    Where the browser can keep the form, it comes back to ``send_again``, else to the page that had the form.
    """
    form_page = page_of_form(request)
    kept = form_to_keep(request)
    shown = {
        "refusal": refusal,
        "fields": proof_fields(proof, form_page or home_page()),
        "is_of_another_api": bool(proof.asked),
        "kept": kept,
        "had_files": bool(request.FILES),
        "send_again": reverse("entrance:send-again"),
        "form_page": form_page,
        "script": KEEP,
    }
    response = secured(render(request, "django_entrance/one_more_step.html", shown, status=refusal.status))
    return with_script(response, KEEP)


def form_to_keep(request: HttpRequest) -> dict[str, Any] | None:
    """Return address and fields of a form as the browser is to keep them, or None.

    Files cannot be kept, and passwords must not be. ``session`` tells whose it is: the next person at the same browser
    is not shown it.
    """
    fields = [(name, value) for name, values in request.POST.lists() for value in values]
    action = request.get_full_path()
    if not fields or request.FILES or not is_safe(action) or any(is_secret(request, name) for name, _ in fields):
        return None
    if len(json.dumps(fields)) > LARGEST:
        return None
    return {"action": action, "fields": fields, "session": session_mark(request)}


def is_secret(request: HttpRequest, name: str) -> bool:
    """Return whether a field is one whose value no storage is to have."""
    marked = getattr(request, "sensitive_post_parameters", ())
    return marked == "__ALL__" or name in marked or SECRET.search(name) is not None


def session_mark(request: HttpRequest) -> str:
    """Return what tells the session apart from all others and opens nothing, or an empty text without a session."""
    record = record_here(request)
    return "" if record is None else salted_hmac(NAME, record.id, algorithm="sha256").hexdigest()


@public
@never_cache
@require_safe
def send_again(request: HttpRequest) -> HttpResponse:
    """Show the form that the browser has kept, with a button that sends it. The server does not know it."""
    shown = {"script": SEND, "home": home_page(), "session": session_mark(request)}
    response = secured(render(request, "django_entrance/send_again.html", shown))
    return with_script(response, SEND)


def with_script(response: HttpResponse, script: str) -> HttpResponse:
    """Allow the page its own script and style only, whatever a policy of the site says."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    response["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; base-uri 'none';"
        " frame-ancestors 'none'"
    )
    response["Cache-Control"] = "no-store"
    return response
