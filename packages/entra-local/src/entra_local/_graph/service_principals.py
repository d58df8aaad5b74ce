"""Answers about service principals and their role assignments."""
