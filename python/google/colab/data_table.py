"""DataFrames as tables that sort, filter and page, which the notebook's page draws."""
import sys
import warnings

from google.colab import _start

TABLE = "application/vnd.colibri.table+json"


class DataTable:
    """One DataFrame as an interactive table. Beyond the limits it is shown as pandas shows it, with a warning."""

    include_index, num_rows_per_page, max_rows, max_columns, min_width = True, 25, 20000, 20, None

    def __init__(self, dataframe, include_index=None, num_rows_per_page=None, max_rows=None, max_columns=None, min_width=None):
        self.dataframe = dataframe
        given = {"include_index": include_index, "num_rows_per_page": num_rows_per_page, "max_rows": max_rows,
                 "max_columns": max_columns, "min_width": min_width}
        for name, value in given.items():
            if value is not None:
                setattr(self, name, value)

    @classmethod
    def formatter(cls, dataframe, **options):
        """For display formatters: the table's MIME bundle, or None where pandas shows it."""
        return cls(dataframe, **options)._repr_mimebundle_()

    def _repr_mimebundle_(self, include=None, exclude=None):
        frame = self.dataframe
        if frame.columns.nlevels > 1 or frame.index.nlevels > 1:
            return self.plain(frame)
        if frame.shape[1] > self.max_columns:
            warnings.warn(f"Total number of columns ({frame.shape[1]}) exceeds max_columns ({self.max_columns}). Falling back to pandas display.")
            return self.plain(frame)
        if frame.shape[0] > self.max_rows:
            warnings.warn(f"Total number of rows ({frame.shape[0]}) exceeds max_rows ({self.max_rows}). Limiting to first ({self.max_rows}) rows.")
            frame = frame.iloc[:self.max_rows]
        table = _start.table(frame)
        if not self.include_index:
            skipped = len(table["index"])
            table["index"], table["rows"] = [], [row[skipped:] for row in table["rows"]]
        table["page_size"] = self.num_rows_per_page
        return {**self.plain(frame), TABLE: {**table, "opened": True}}

    @staticmethod
    def plain(frame):
        return {"text/html": frame._repr_html_() or "", "text/plain": repr(frame)}


def _formatter():
    from IPython import get_ipython
    return get_ipython().display_formatter.mimebundle_formatter


def enable_dataframe_formatter():
    """Shows every DataFrame so from now on."""
    _formatter().for_type_by_name("pandas", "DataFrame", lambda frame, **_: DataTable.formatter(frame))
    _formatter().for_type_by_name("pandas.core.frame", "DataFrame", lambda frame, **_: DataTable.formatter(frame))


def disable_dataframe_formatter():
    """Shows DataFrames as pandas does."""
    pandas = sys.modules.get("pandas")
    kinds = _formatter().type_printers
    if pandas is not None:
        kinds.pop(pandas.DataFrame, None)
    for key in (("pandas", "DataFrame"), ("pandas.core.frame", "DataFrame")):
        _formatter().deferred_printers.pop(key, None)


def display_dataframe(dataframe):
    """The table with its tabs Data and Charts, whatever is enabled."""
    from IPython.display import display
    display(DataTable(dataframe))


def load_ipython_extension(shell):
    enable_dataframe_formatter()


def unload_ipython_extension(shell):
    disable_dataframe_formatter()
