# SPDX-License-Identifier: MIT
"""jq: groups a few megabytes of JSON, and errs."""
import inputs
from job import job

FILTER = """group_by(.customer) | map({customer: .[0].customer, orders: length,
    spent: (map(.items[].price) | add)}) | sort_by(-.spent) | .[:5][]"""


@job("jq", needs=["jq"], quick=True)
def jq(run):
    run.write("orders.json", inputs.orders(3000))
    run.command("jq", "-c", FILTER, "orders.json")
    run.command("jq", "-S", ".[:20] | map(.note |= ascii_upcase)", "orders.json")
    run.command("jq", ".[0].customer | error", "orders.json")
    run.command("jq", ".a", "no-such-file")
