"""The contract server of tests/github: GitHub as its OpenAPI description says it is."""

import json
import pathlib
import subprocess

import requests

FOLDER = pathlib.Path(__file__).resolve().parent / "github"


def notebook(source):
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
        {"cell_type": "code", "id": "c0", "metadata": {}, "execution_count": None, "source": source, "outputs": []}]})


TOKEN = "ghp_0123456789abcdefghijklmnopqrstuvwxyz"
FINE_TOKEN = "github_pat_11ABCDEFG_0123456789"
APP_SECRET = "the app's secret: 100% /+"
WORLD = {
    "repositories": {
        "ada/engine": {"description": "Notes on the analytical engine", "people": ["ada"], "branches": {
            "main": {"README.md": "# Notes", "notes/first one.ipynb": notebook("1 + 1"), "second.ipynb": notebook("2 + 2"),
                     "broken.ipynb": "no json"},
            "draft/g": {"third.ipynb": notebook("3 + 3")}}},
        "ada/poems": {"description": "No notebooks here", "branches": {"main": {"poem.txt": "…"}}},
        # What is hers alone, and what she may write to.
        "ada/secret": {"description": "Private notes on the engine", "private": True, "people": ["ada"], "branches": {
            "main": {"hidden.ipynb": notebook("5 + 5"), "folder.ipynb/x.txt": "x"}, "draft": {}}},
        "lab/shared": {"description": "Of the lab", "private": True, "people": ["ada"], "protected": ["release"], "branches": {
            "main": {"ours.ipynb": notebook("6 + 6")}, "release": {}}},
    },
    "gists": {"0123abcd": {"files": {"read me.md": "text", "gist.ipynb": notebook("4 + 4")}}, "fffe": {"files": {"large.ipynb": None}},
              "eeee": {"files": {"a.txt": "x"}}},
    "tokens": {TOKEN: {"login": "ada", "scopes": "gist, repo"}, FINE_TOKEN: {"login": "ada"},
               "ghp_no_gists": {"login": "ada", "scopes": "repo"}, "ghp_tired": {"login": "ada", "scopes": "repo", "trouble": "limited"}},
    "oauth": {"client_id": "Iv1.colibri", "client_secret": APP_SECRET, "login": "ada"},
    "elsewhere": "http://169.254.169.254/latest/meta-data",
}


class GitHubServer:
    def __init__(self, **world):
        assert (FOLDER / "node_modules").is_dir(), "npm install in tests/github is missing: ./test does it"
        self.process = subprocess.Popen(["node", "server.mjs", json.dumps(WORLD | world)], cwd=FOLDER, stdout=subprocess.PIPE,
                                        text=True)
        self.url = self.process.stdout.readline().strip()
        assert self.url.startswith("http"), "the contract server did not start"

    def arguments(self, folder, *, app=False):
        """Of a server that takes this for GitHub; with `app` for what people look at, too, where it has an OAuth app."""
        path, secret = folder / "github.yaml", folder / "app-secret"
        secret.write_text(APP_SECRET + "\n")
        more = f"  web: {self.url}\n  oauth:\n    client_id: Iv1.colibri\n    client_secret_file: {secret}\n" if app else ""
        path.write_text(f"github:\n  api: {self.url}\n{more}report_url: https://issues.example.org/new\n")
        return ["--config", path]

    def contract(self):
        """What was broken, what was asked for, and the world as it is now."""
        return requests.get(f"{self.url}/contract", timeout=10).json()

    def change(self, **world):
        return requests.post(f"{self.url}/contract", json=world, timeout=10).json()

    def put(self, repository, branch, path, text):
        """Somebody else changes a file; None removes it."""
        repositories = self.contract()["repositories"]
        files = repositories[repository]["branches"][branch]
        files.pop(path, None) if text is None else files.update({path: text})
        self.change(repositories=repositories)

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
