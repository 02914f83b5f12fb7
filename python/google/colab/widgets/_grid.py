"""A table whose cells output goes to."""
import contextlib

from google.colab.errors import WidgetException
from google.colab.widgets._places import Places


class Grid(Places):
    """A table of empty cells. `style`: rules of CSS, which the page of the cell's output takes."""

    def __init__(self, rows, columns, header_row=False, header_column=False, style=""):
        super().__init__()
        if rows < 1 or columns < 1:
            raise WidgetException("A grid has at least one row and one column.")
        self.rows, self.columns = rows, columns

        def cell(row, column):
            tag = "th" if header_row and row == 0 or header_column and column == 0 else "td"
            return f'<{tag} id="{self.part(f"{row}-{column}")}"></{tag}>'

        body = "".join("<tr>" + "".join(cell(row, column) for column in range(columns)) + "</tr>" for row in range(rows))
        self.publish(f'<style>#{self.id} td, #{self.id} th {{ padding: 4px 8px; vertical-align: top; text-align: start; }}\n'
                     f'{style}</style><table id="{self.id}" class="colibri-grid">{body}</table>')

    @contextlib.contextmanager
    def output_to(self, row, column):
        """What is put out meanwhile goes into this cell, counted from 0."""
        with self.inside(self.name(row, column)):
            yield

    def clear_cell(self, row=None, column=None):
        """Empties a cell; without one, that which output goes to now."""
        self.clear(None if row is None and column is None else self.name(row, column))

    def name(self, row, column):
        for given, most, what in ((row, self.rows, "row"), (column, self.columns, "column")):
            if not isinstance(given, int) or not 0 <= given < most:
                raise WidgetException(f"There is no {what} {given!r}: they are counted from 0 to {most - 1}.")
        return f"{row}-{column}"

    def __iter__(self):
        """(row, column) of each cell; output goes to each in its turn."""
        for row in range(self.rows):
            for column in range(self.columns):
                with self.output_to(row, column):
                    yield row, column


def create_grid(row_data, col_data, render, header_render=None, style=""):
    """A grid with a row for each of `row_data` and a column for each of `col_data`.

    `render(row, column)` puts out what stands in a cell. With `header_render` (or True, for print) there is a first row and
    a first column besides, in which it puts out one of the data each. Returns the grid.
    """
    rows, columns = list(row_data), list(col_data)
    head = 0 if header_render is None or header_render is False else 1
    show = print if header_render is True else header_render
    grid = Grid(len(rows) + head, len(columns) + head, header_row=bool(head), header_column=bool(head), style=style)
    for at, datum in enumerate(columns) if head else ():
        with grid.output_to(0, at + head):
            show(datum)
    for at, row in enumerate(rows):
        if head:
            with grid.output_to(at + head, 0):
                show(row)
        for place, column in enumerate(columns):
            with grid.output_to(at + head, place + head):
                render(row, column)
    return grid
