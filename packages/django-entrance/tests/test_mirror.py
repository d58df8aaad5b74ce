"""Each module x/y.py has its tests in tests/x/test_y.py, or this file says where they are."""

from pathlib import Path

import django_entrance

SOURCE, TESTS = Path(django_entrance.__file__).parent, Path(__file__).parent

TESTED_ELSEWHERE = {
    "__main__.py": "init/ runs it in each test",
    "apps.py": "Django loads it in every test; entra/test_start.py runs the registered checks",
    "accounts/old_events.py": "accounts/test_events.py and management/test_events.py prune",
    "accounts/user_rows.py": "accounts/test_access_at_once.py and test_on_postgresql.py lock rows",
    "accounts/ways_in.py": "test_admin.py is warned of the last way in",
    "accounts/withdrawing.py": "accounts/test_access.py deletes accounts, and gives them to other users",
    "admin_forms.py": "test_admin.py fills in the forms",
    "management/adfs_report.py": "management/test_adopt_adfs.py reads the report",
    "management/expecting.py": "management/test_adopt_adfs.py expects people",
    "management/tenant_people.py": "management/test_adopt.py and test_adopt_adfs.py ask Graph",
    "models.py": "only fields and a constraint; accounts/ tests them",
    "accounts/adopting_many.py": "management/test_adopt.py runs the command",
    "accounts/connecting.py": "frontend/test_account.py redeems tickets through the views",
    "accounts/current_rights.py": "accounts/test_access.py reads rights and counts the queries",
    "accounts/entra_groups.py": "accounts/test_access.py has tokens with each form of the groups",
    "accounts/grants.py": "accounts/test_access.py has people with several registrations and accounts",
    "conf/auth_adfs_advice.py": "conf/test_auth_adfs.py reads the advice on each key",
    "conf/claim_sources.py": "conf/test_mapping_validation.py has each form of a mapping",
    "conf/functions.py": "conf/test_mapping_validation.py and conf/test_site_validation.py name functions",
    "accounts/used_once.py": "frontend/test_account.py and sessions/test_callback.py use things once",
    "entra/graph_http.py": "entra/test_graph.py and test_graph_groups.py send its calls",
    "entra/error_codes.py": "sessions/test_error_codes.py reads each kind of answer",
    "entra/sign_in_client.py": "sessions/test_callback.py and test_callback_faults.py redeem codes",
    "frontend/addresses.py": "management/test_doctor.py prints them; sessions/test_sign_in.py begins there",
    "frontend/notices.py": "frontend/test_account.py and sessions/test_connecting.py read what was just done",
    "frontend/sign_out_views.py": "sessions/test_stale_sign_out.py ends stale sessions by each kind of view",
    "sessions/signed_out.py": "sessions/test_sign_in.py signs out of a site that signs in on GET",
    "sessions/answers.py": "sessions/test_callback.py has each kind of answer",
    "sessions/flows.py": "sessions/test_callback.py and test_sign_in.py carry the cookies",
    "sessions/proofs.py": "sessions/test_step_up.py and entra/test_asked_claims.py ask for each kind of proof",
    "sessions/loops.py": "sessions/test_sign_in.py and test_recheck.py go round",
    "sessions/next_pages.py": "sessions/test_sign_in.py has the spellings of another site",
    "entra/http_client.py": "entra/test_client.py sends its requests through MSAL",
    "frontend/confirming.py": "frontend/test_account.py confirms passwords through the views",
    "contrib/questions.py": "contrib/test_strawberry.py and test_rest_framework.py ask each question",
    "contrib/graphql_errors.py": "contrib/test_step_up.py and test_graphene.py read codes, messages and claims",
    "init/adding.py": "init/test_removing.py reads the record that it makes, by taking everything away",
    "init/insertions.py": "init/test_elements.py applies them",
    "init/plan.py": "only values; init/test_settings.py and test_urls.py read what is left by hand",
    "init/planning.py": "init/test_layouts.py plans for whole projects",
    "init/record.py": "init/test_removing.py reads good and bad records",
    "init/refusing.py": "only a name; init/test_files.py and test_project.py are refused",
    "init/values.py": "init/test_settings.py and test_modules.py have each form of a list",
    "live/announcing.py": "contrib/test_live_workers.py announces by Redis, and live/test_changes.py here",
    "live/clock.py": "live/test_watching.py and live/test_connection.py turn it",
    "live/closing.py": "contrib/test_channels.py and test_strawberry_live.py read codes and texts",
    "live/connection_init.py": "contrib/test_strawberry_live.py sends each form of it",
    "live/handshake.py": "contrib/test_channels.py opens with each origin, cookie and query",
    "live/watched.py": "live/test_watching.py changes what was known of a caller",
    "live/opening.py": "contrib/test_channels.py and test_strawberry_live.py open connections",
    "live/request_in_scope.py": "contrib/test_strawberry_live.py asks permissions behind consumers",
    "bearer/challenges.py": "frontend/test_metadata.py reads challenges",
    "resources.py": "frontend/test_metadata.py asks for each kind of resource",
    "well_known.py": "only paths; frontend/test_metadata.py requests them",
    "urls.py": "only paths; frontend/test_views.py requests them",
    "management/register_output.py": "management/test_register.py reads what is printed",
    "management/network_remedies.py": "management/test_doctor.py has each fault of the network",
    "management/registering.py": "management/test_register.py and test_assign.py sign administrators in",
    "management/registering_credential.py": "management/test_register.py chooses credentials",
    "management/commands/clearsessions.py": "management/test_prune.py runs it",
    "session_admin.py": "test_admin.py ends sessions by every action",
    "sessions/record.py": "sessions/test_views.py and accounts/test_session_index.py read records",
    "management/commands/entrance.py": "management/test_doctor.py and test_events.py run its parts",
    "verification/principal.py": "verification/test_callers.py tests each kind of caller",
    "verification/metadata/key_set.py": "verification/metadata/test_signing_keys.py reads keys from a set",
    "verification/metadata/pending_fetch.py": "verification/metadata/test_waiting.py waits for fetches",
}


def modules() -> set[str]:
    paths = (path.relative_to(SOURCE) for path in SOURCE.rglob("*.py") if path.name != "__init__.py")
    return {path.as_posix() for path in paths if "migrations" not in path.parts}


def has_tests(module: str) -> bool:
    """Return whether a module has a test file of its name; a package such as ``errors`` may have one for all."""
    path = Path(module)
    candidates = [path.with_name(f"test_{path.name}")]
    if path.parent.name:
        candidates.append(path.parent.with_name(f"test_{path.parent.name}.py"))
    return any(TESTS.joinpath(candidate).is_file() for candidate in candidates)


def test_each_module_has_a_test_file_of_its_name() -> None:
    assert {module for module in modules() if not has_tests(module)} == set(TESTED_ELSEWHERE)


def test_control_a_module_without_one_is_found() -> None:
    assert not has_tests("bearer/nonsense.py")
    assert has_tests("identified_request.py")
