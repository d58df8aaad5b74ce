"""Plans everything that a project lacks."""

from __future__ import annotations

from django_entrance.init.login_page import plan_login_page
from django_entrance.init.modules import Files, settings_files
from django_entrance.init.plan import Plan
from django_entrance.init.project import Project
from django_entrance.init.settings import plan_settings
from django_entrance.init.urls import plan_urls


def plan_for(project: Project) -> Plan:
    """Return what to add to a project.

    Raises:
        InitRefused: a file cannot be read, is no Python, or leads out of the project.
    """
    plan = Plan()
    known: Files = {}
    every = [settings_files(project, name, known) for name in project.settings]
    for files in every:
        plan_settings(project, files, plan)
    files = every[0]
    plan_urls(project, files, plan)
    plan_login_page(project, files, plan)
    return plan
