"""Google Sheets, which a server of one's own has no part in."""


class InteractiveSheet:
    """Raises: the sheet would be at Google, in an account that this server does not know."""

    def __init__(self, *_, **__):
        raise NotImplementedError("Colibri has no access to Google Sheets. Read a sheet as CSV with pandas.read_csv, or with the package gspread.")
