"""Writes the planned calls of Graph as a shell script for the Azure CLI; it may run again.

https://learn.microsoft.com/cli/azure/reference-index#az-rest
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from django_entrance.entra.registration.applying import plan
from django_entrance.entra.registration.changes import Change
from django_entrance.entra.registration.found import Found
from django_entrance.entra.registration.wanted import GRAPH_ID, Wanted
from django_entrance.verification.errors import shown

GRAPH_ENTRY = "<id of Microsoft Graph>"
PLACEHOLDER = re.compile(r"<((?:client )?id) of ([^>]+)>")

LONGEST_TITLE = 500

HEAD = f"""#!/bin/sh
# Written by: manage.py entrance register --export az
# First: az login --tenant TENANT_ID --allow-no-subscriptions
set -eu
graph=https://graph.microsoft.com/v1.0

get() {{
  az rest --method GET --uri "$graph/$1" --query "$2" --output tsv
}}

# Sends standard input. An object that is there already is an error of Graph's, and no reason to stop.
send() {{
  body=$(cat)
  az rest --method "$1" --uri "$graph/$2" --headers Content-Type=application/json Prefer=create-if-missing \\
    --body "$body" --output none || echo "Not made: is it there already?" >&2
}}

# Ends where a registration has our name, and OURS does not name its client id.
require_ours() {{
  there=$(az rest --method GET --uri "$graph/applications(uniqueName='$1')" --query appId --output tsv \
    --only-show-errors 2>&1) || case $there in
    *ResourceNotFound* | *"Not Found"*) return 0 ;;
    *) echo "$there" >&2; exit 1 ;;
  esac
  case " $OURS " in
    *" $there "*) ;;
    *)
      echo "The registration $1 ($there) is there already. Anyone who may register applications can have made it." >&2
      echo "If it is yours, run again with OURS=\"$OURS $there\"; else remove it, or choose another --name." >&2
      exit 1
      ;;
  esac
}}

id_of_microsoft_graph=$(get "servicePrincipals(appId='{GRAPH_ID}')" id)
"""


def az_script(wanted: Wanted) -> str:
    """Return the script. It makes no secret, which would stand on a terminal; its last lines say how to make one."""
    found = Found(graph_entry={"id": GRAPH_ENTRY})
    changes = [change for change in plan(wanted, found) if not change.shows_secret]
    steps = "\n".join(line for change in changes for line in step(change))
    return f"{HEAD}{ours(wanted)}\n{steps}\n{tail(wanted)}"


def ours(wanted: Wanted) -> str:
    """Return the lines that end the script before it changes what others have registered under our name."""
    known = " ".join(each for each in (wanted.client_id, wanted.spa_client_id) if each)
    names = [wanted.api_unique_name, *([wanted.spa_unique_name] if wanted.has_front_end else [])]
    return "\n".join([f"OURS=${{OURS:-{known}}}", *(f"require_ours {each}" for each in names), ""])


def step(change: Change) -> Iterator[str]:
    """Yield the lines of one call, and of reading the ids that later calls need."""
    yield f"# {shown(change.title, at_most=LONGEST_TITLE)}"
    yield f'send {change.method} "{shell(change.path.lstrip("/"))}" <<JSON'
    yield shell(json.dumps(change.body, indent=2, ensure_ascii=False))
    yield "JSON"
    if change.place in ("api", "spa") and change.headers:
        address = change.path.lstrip("/")
        yield f'{variable("id", change.key)}=$(get "{address}" id)'
        yield f'{variable("client id", change.key)}=$(get "{address}" appId)'
    elif change.place.endswith("_entry"):
        address = f"servicePrincipals(appId='{shell(change.body['appId'])}')"
        yield f'{variable("id", change.key)}=$(get "{address}" id)'
    yield ""


def tail(wanted: Wanted) -> str:
    spa = 'echo "    \\"SPA_CLIENT_ID\\": \\"$client_id_of_front_end\\","\n' if wanted.has_front_end else ""
    return (
        'echo "In settings.py, in ENTRANCE:"\n'
        'echo "    \\"CLIENT_ID\\": \\"$client_id_of_api\\","\n'
        f"{spa}"
        'echo "A secret, for ENTRANCE_CLIENT_SECRET: az ad app credential reset --append --id $client_id_of_api"\n'
    )


def shell(text: str) -> str:
    """Return a text for a here-document or double quotes, with variables in the place of ids."""
    quoted = text.replace("\\", "\\\\").replace("$", "\\$").replace("`", "\\`")
    return PLACEHOLDER.sub(lambda match: "${" + variable(match[1], match[2]) + "}", quoted)


def variable(kind: str, key: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", f"{kind} of {key}".lower())
