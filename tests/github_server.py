"""The contract server of tests/github: GitHub as its OpenAPI description says it is."""

import json
import pathlib
import subprocess

import requests

FOLDER = pathlib.Path(__file__).resolve().parent / "github"


def notebook(source):
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
        {"cell_type": "code", "id": "c0", "metadata": {}, "execution_count": None, "source": source, "outputs": []}]})


WORLD = {
    "repositories": {
        "ada/engine": {"description": "Notes on the analytical engine", "branches": {
            "main": {"README.md": "# Notes", "notes/first one.ipynb": notebook("1 + 1"), "second.ipynb": notebook("2 + 2"),
                     "broken.ipynb": "no json"},
            "draft/g": {"third.ipynb": notebook("3 + 3")}}},
        "ada/poems": {"description": "No notebooks here", "branches": {"main": {"poem.txt": "…"}}},
    },
    "gists": {"0123abcd": {"read me.md": "text", "gist.ipynb": notebook("4 + 4")}, "fffe": {"large.ipynb": None}, "eeee": {"a.txt": "x"}},
    "elsewhere": "http://169.254.169.254/latest/meta-data",
}


class GitHubServer:
    def __init__(self, **world):
        assert (FOLDER / "node_modules").is_dir(), "npm install in tests/github is missing: ./test does it"
        self.process = subprocess.Popen(["node", "server.mjs", json.dumps(WORLD | world)], cwd=FOLDER, stdout=subprocess.PIPE,
                                        text=True)
        self.url = self.process.stdout.readline().strip()
        assert self.url.startswith("http"), "the contract server did not start"

    def arguments(self, folder):
        """Of a server that takes this for GitHub."""
        path = folder / "github.yaml"
        path.write_text(f"github:\n  api: {self.url}\nreport_url: https://issues.example.org/new\n")
        return ["--config", path]

    def contract(self):
        return requests.get(f"{self.url}/contract", timeout=10).json()

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
