# SPDX-License-Identifier: MIT
"""Numbers and tables as text, 100 columns at most."""


def short(value, digits=3):
    """About three significant digits; '-' for nothing."""
    if value is None:
        return "-"
    size = abs(value)
    decimals = 0 if size >= 99.95 else 1 if size >= 9.995 else 2
    return "%.*f" % (decimals if size >= 0.1 or size == 0 else digits, value)


def seconds(value):
    return "-" if value is None else "%.3f" % value if value < 99 else "%.1f" % value


def mebibytes(value):
    return "-" if value is None else short(value / (1 << 20))


def count(value):
    return "-" if value is None else "{:,}".format(int(value))


def lines(rows, head, left=(0,)):
    """ROWS of cells in columns, the ones in LEFT to the left, numbers to the right."""
    table = [head] + rows
    widths = [max(len(row[i]) for row in table) for i in range(len(head))]
    return ["  ".join(cell.ljust(widths[i]) if i in left else cell.rjust(widths[i])
                      for i, cell in enumerate(row)).rstrip() for row in table]


def fixed(row, widths):
    """One row of a table whose widths are known beforehand; the first to the left."""
    return (row[0].ljust(widths[0]) +
            "".join(cell.rjust(w) for cell, w in zip(row[1:], widths[1:]))).rstrip()
