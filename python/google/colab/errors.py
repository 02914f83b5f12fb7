"""Errors of google.colab that a notebook may catch."""


class Error(Exception):
    """The base of all."""


class AuthorizationError(Error):
    """A sign-in that did not succeed."""


class RuntimeManagementError(Error):
    """The runtime could not be ended or changed."""


class WidgetException(Error):
    """A widget was used as it cannot be."""
