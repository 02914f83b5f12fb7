"""Places in a cell's output that further output goes to: tabs, the cells of a table, and tables that page."""
from google.colab.errors import WidgetException
from google.colab.widgets._grid import Grid, create_grid
from google.colab.widgets._tabs import TabBar

__all__ = ["Grid", "InteractiveTable", "TabBar", "WidgetException", "create_grid"]


class InteractiveTable:
    """A DataFrame as a table that sorts, filters and pages, ten rows a page."""

    page_size = 10

    def __init__(self, df):
        self.df = df

    def _repr_mimebundle_(self, include=None, exclude=None):
        from google.colab import data_table
        return data_table.DataTable(self.df, num_rows_per_page=self.page_size)._repr_mimebundle_()
