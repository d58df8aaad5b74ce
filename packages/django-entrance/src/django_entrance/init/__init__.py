"""Adds django-entrance to an existing Django project, and takes it away again. Nothing of the project is executed.

Only insertions are made. So the positions of the standard library's ``ast`` suffice, every other byte stays as it is,
and no dependency such as LibCST is needed.
"""
