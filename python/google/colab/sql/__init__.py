"""SQL cells of Google BigQuery, which a server of one's own has no part in."""


def __getattr__(name):
    if name == "bigquery":
        raise NotImplementedError("Colibri has no SQL cells. Use the package google-cloud-bigquery, or DuckDB for files of the runtime.")
    raise AttributeError(f"module 'google.colab.sql' has no attribute {name!r}")
