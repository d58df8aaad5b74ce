"""What is wrong with a directory file is said with its line."""

from __future__ import annotations

from pathlib import Path as FilePath

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from entra_double._world.directory_file.problems import DirectoryError
from entra_double._world.directory_file.read import read_directory
from entra_double._world.ids import NOBODY
from entra_double._world.values import LAST_MOMENT, LONGEST_LIFE

CURVE = (
    ec.generate_private_key(ec.SECP256R1())
    .public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode()
)
TENANT = '[[tenants]]\nname = "Contoso"\ndomain = "contoso.example"\n'
PERSON = '[[tenants.people]]\nname = "Ada"\nusername = "ada"\n'
APP = '[[tenants.applications]]\nname = "A"\n'


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("tenants = [", 1, "this is no TOML: invalid value"),
        ('[[tenants]]\nname = "Contoso"\n\nname = "Contoso"', 4, "this is no TOML: cannot overwrite a value"),
        ("# nothing\n", 1, "'tenants' is missing in the file"),
        ("tenants = []", 1, "a directory has at least one tenant"),
        ("tenants = 3", 1, "'tenants' must be a list"),
        ("tenants = [3]", 1, "'tenants' must be a table"),
        ('\n[[tenants]]\nname = "Contoso"\n', 2, "'domain' is missing in [[tenants]]"),
        (
            TENANT + '[[tenants.people]]\nusernam = "Ada"',
            5,
            "unknown key 'usernam' in [[tenants.people]]; did you mean 'username'?",
        ),
        (TENANT + '[tenants.people.ada]\nname = "Ada"', 4, "'people' must be a list"),
        (TENANT + PERSON + 'id = "ada"', 7, "'id' must be a GUID"),
        (TENANT + PERSON + "enabled = 1", 7, "'enabled' must be true or false"),
        (TENANT + PERSON + "valid_from = 2027-01-31T12:00:00", 7, "'valid_from' must be a time with its offset"),
        (TENANT + PERSON + 'country = "\\u0000"', 7, "'country' must be a text of visible characters"),
        (TENANT + PERSON + "valid_from = 1970-01-01T00:00:00+01:00", 7, "'valid_from' must be a time with its offset"),
        (TENANT + PERSON + "valid_from = 253402300800", 7, "'valid_from' must be a time with its offset"),
        (TENANT + PERSON + "valid_from = 9999-12-31T23:59:59-00:01", 7, "'valid_from' must be a time with its offset"),
        (
            TENANT + APP + 'secrets = [{ value = "s", expires = 99999999999999 }]',
            6,
            "'expires' must be a time with its offset, such as 2027-01-31T12:00:00Z, a date, or seconds",
        ),
        (TENANT + '[[tenants.people]]\nname = "Ada"\nusername = "a\\u0000"', 6, "'username' must be a user name"),
        (TENANT + PERSON + 'roles = ["Admin"]', 7, "'roles' must be a table such as"),
        (TENANT + PERSON + 'roles."Logbook API".Admin = 1', 7, "'Logbook API' must be a list"),
        (TENANT + PERSON + 'email = "nowhere"', 7, "'email' must be an address"),
        (TENANT + "most_groups = -1", 4, "'most_groups' must be a whole number, 0 or more"),
        (TENANT + "access_token_lifetime = 0", 4, "'access_token_lifetime' must be a whole number of seconds"),
        (TENANT + "access_token_lifetime = 3155760001", 4, "'access_token_lifetime' must be a whole number of seconds"),
        (TENANT + APP + 'access_token_version = "nil"', 6, "'access_token_version' must be 1 or 2, or \"null\""),
        (TENANT + APP + "access_token_version = 3", 6, "'access_token_version' must be 1 or 2"),
        (TENANT + APP + 'scopes = [\n  "a",\n  3,\n]', 8, "'scopes' must be a table"),
        (
            TENANT + APP + 'scopes = [\n  "a",\n  { values = "b" },\n]',
            8,
            "unknown key 'values' in a scope; did you mean 'value'?",
        ),
        (TENANT + APP + 'scopes = [\n  "a", # once\n  "a",\n]', 8, "the value 'a' is there twice"),
        (
            TENANT + APP + 'audience = "AzureAdMyOrg"',
            6,
            "'audience' cannot be 'AzureAdMyOrg'; did you mean 'AzureADMyOrg'?",
        ),
        (
            TENANT + APP + 'audience = "PersonalMicrosoftAccount"\nscopes = ["a"]\naccess_token_version = 1',
            8,
            "an API for PersonalMicrosoftAccount takes access tokens of version 2 only",
        ),
        (TENANT + APP + 'spa = [\n "http://app.example/back",\n]', 7, "a redirect URI begins with https://"),
        (TENANT + APP + 'public = ["http://app.example/back"]', 6, "a redirect URI begins with https://"),
        (TENANT + APP + 'web = ["https://app.example/*"]', 6, "a redirect URI may not hold '*'"),
        (TENANT + APP + 'web = ["https://app.example/#"]', 6, "a redirect URI has no fragment"),
        (
            TENANT + APP + f'web = ["https://app.example/{"a" * 237}"]',
            6,
            "a redirect URI has at most 256 characters, this one 257",
        ),
        (
            TENANT + APP + 'spa = ["http://localhost:1/a"]\nweb = ["http://localhost:2/a"]',
            7,
            "the redirect URI 'http://localhost/a' is there twice (first in line 6)",
        ),
        (TENANT + PERSON + PERSON, 7, "the id "),
        (
            TENANT + PERSON + PERSON + f'id = "{NOBODY}"',
            7,
            "the user 'ada@contoso.example' is there twice (first in line 4)",
        ),
        (TENANT + APP + APP, 6, "the application "),
        (TENANT + TENANT, 4, "the tenant "),
        (TENANT + 2 * '[[tenants.groups]]\nname = "G"\n', 6, "the group 'G' is there twice (first in line 4)"),
        (
            TENANT + 2 * '[[tenants.contexts]]\nid = "c1"\nname = "G"\n',
            7,
            "the context c1 is there twice (first in line 4)",
        ),
        (TENANT + '[[tenants.contexts]]\nid = "c100"\nname = "G"\n', 5, "'id' must be c1 to c99"),
        (TENANT + 2 * '[[tenants.conditional_access]]\nname = "P"\n', 6, "the policy 'P' is there twice"),
        (
            TENANT + '[[tenants.conditional_access]]\nname = "P"\npeople = [\n"nobody"\n]',
            7,
            "there is no person or group called 'nobody'",
        ),
        (
            TENANT + PERSON + 'groups = ["Editor"]\n[[tenants.groups]]\nname = "Editors"',
            7,
            "there is no group called 'Editor'; did you mean 'Editors'?",
        ),
        (
            TENANT + PERSON + 'home = "fabrikam.example"',
            7,
            "there is no tenant called 'fabrikam.example'; there is 'contoso.example'",
        ),
        (TENANT + APP + '[[tenants.assignments]]\nwho = "A"\nto = "B"', 8, "there is no application called 'B'"),
        (TENANT + APP + '[[tenants.assignments]]\nwho = "A"\nto = "A"\nrole = "R"', 9, "'A' has no role 'R'"),
        (
            TENANT + APP + 2 * '[[tenants.assignments]]\nwho = "A"\nto = "A"\n',
            9,
            "this assignment is there twice (first in line 6)",
        ),
        (
            TENANT + APP + 2 * '[[tenants.grants]]\nclient = "A"\napi = "A"\nscopes = []\n',
            10,
            "this grant is there twice",
        ),
        (
            TENANT + APP + '[[tenants.grants]]\nclient = "A"\napi = "Microsoft Graph"\nscopes = ["User.Reads"]',
            9,
            "'Microsoft Graph' has no scope 'User.Reads'; did you mean 'User.Read'?",
        ),
        (
            TENANT + APP + 'application_permissions = { "Microsoft Graph" = ["openid"] }',
            6,
            "'Microsoft Graph' has no role for applications 'openid'",
        ),
        (
            TENANT + APP + 'assignment_required = true\n[[tenants.service_principals]]\napplication = "A"',
            7,
            "the service principal of this application is there twice (first in line 4)",
        ),
        (
            TENANT + APP + f'client_id = "{NOBODY}"\n' + APP + '[[tenants.assignments]]\nwho = "A"\nto = "A"',
            11,
            "there is more than one application called 'A'; write the id of one",
        ),
        (
            TENANT + APP + 'app_id_uris = ["api://a"]\n' + APP + f'client_id = "{NOBODY}"\napp_id_uris = ["API://a"]',
            10,
            "the App ID URI 'API://a' is there twice",
        ),
        (TENANT + APP + 'certificates = ["daemon.pem"]', 6, "files are not read from here"),
        (TENANT + APP + 'certificates = [{ pem = "daemon" }]', 6, "this is no certificate"),
        (TENANT + APP + 'certificates = [{ name = "daemon" }]', 6, "a certificate has either 'file' or 'pem'"),
        (
            TENANT + APP + 'federated = [{ issuer = "i", subject = "s", public_key = "k" }]',
            6,
            "this is no public key in PEM",
        ),
        (
            TENANT + APP + f"federated = [{{ issuer = 'i', subject = 's', public_key = '''{CURVE}''' }}]",
            6,
            "the key must be an RSA key",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, line: int, problem: str) -> None:
    with pytest.raises(DirectoryError) as error:
        read_directory("entra-double.toml", text=text)
    assert str(error.value).startswith(f"entra-double.toml:{line}: {problem}")
    assert (error.value.path, error.value.line) == ("entra-double.toml", line)


@pytest.mark.parametrize("moment", ["253402300799", "9999-12-31T23:59:59Z", "9999-12-31T23:58:59-00:01"])
def test_the_last_moment_and_the_longest_life_are_taken(moment: str) -> None:
    text = f"access_token_lifetime = 3155760000\n{APP}secrets = [{{ value = 's', expires = {moment} }}]"
    directory = read_directory("entra-double.toml", text=TENANT + text)
    [secret] = next(known.secrets for known in directory.applications if known.secrets)
    assert (secret.ends_at, directory.tenants[0].access_token_lifetime) == (LAST_MOMENT, LONGEST_LIFE)


def test_a_file_that_cannot_be_read_is_said_without_a_line(tmp_path: FilePath) -> None:
    with pytest.raises(DirectoryError, match=r"missing.toml: cannot be read: No such file"):
        read_directory(tmp_path / "missing.toml")
    (tmp_path / "latin.toml").write_bytes(b'name = "\xe4"')
    with pytest.raises(DirectoryError, match=r"latin.toml: is not UTF-8 text"):
        read_directory(tmp_path / "latin.toml")
    (tmp_path / "a.toml").write_text(TENANT + APP + 'certificates = ["missing.pem"]')
    with pytest.raises(DirectoryError, match=r"a.toml:6: 'missing.pem' cannot be read: No such file"):
        read_directory(tmp_path / "a.toml")


@pytest.mark.parametrize("text", [f"tenants = {'[' * 5000}", f"tenants = {'9' * 5000}"], ids=["deep", "long"])
def test_what_breaks_a_parser_is_refused(text: str) -> None:
    with pytest.raises(DirectoryError, match=r"nested|too long"):
        read_directory("entra-double.toml", text=text)
