"""The functions of ours that the tables' SQL calls, as each engine is taught them: statements to run first.

Both work in UTC: a Spark session has its time zone set so, DuckDB is told.
"""

from __future__ import annotations

SPARK = (
    "CREATE OR REPLACE TEMPORARY FUNCTION midnight(d DATE) RETURNS TIMESTAMP RETURN CAST(d AS TIMESTAMP)",
    """
    CREATE OR REPLACE TEMPORARY FUNCTION micros_between(a TIMESTAMP, b TIMESTAMP) RETURNS BIGINT
    RETURN unix_micros(b) - unix_micros(a)
    """,
    """
    CREATE OR REPLACE TEMPORARY FUNCTION joined(texts ARRAY<STRING>) RETURNS STRING
    RETURN array_join(transform(array_sort(texts), text -> substring(text, 10)), ',')
    """,
)
DUCKDB = (
    "SET TimeZone = 'UTC'",
    "CREATE OR REPLACE MACRO midnight(d) AS CAST(CAST(d AS TIMESTAMP) AS TIMESTAMPTZ)",
    "CREATE OR REPLACE MACRO micros_between(a, b) AS epoch_us(b) - epoch_us(a)",
    """
    CREATE OR REPLACE MACRO joined(texts) AS
    array_to_string(list_transform(list_sort(texts), lambda text: substring(text, 10)), ',')
    """,
)
