# SPDX-License-Identifier: MIT
"""workload.py ROUNDS: what Python programs do all day: parse and write JSON,
group in dicts, build objects, match and replace with regular expressions."""
import json
import re
import sys

WORDS = "alpha bravo charlie delta echo foxtrot golf hotel india juliet".split()
LINE = re.compile(r"(?P<word>[a-z]+)-(?P<id>\d+): (?P<rest>.*)")


class Order:
    def __init__(self, number, customer, items):
        self.number = number
        self.customer = customer
        self.items = items

    def total(self):
        return sum(item["price"] * item["count"] for item in self.items)


def orders(count, salt):
    for i in range(count):
        items = [{"sku": "part-%d" % (i * 7 + j), "price": j * 3.5 + salt,
                  "count": j % 3 + 1} for j in range(i % 4 + 1)]
        yield Order(i, "%s %d" % (WORDS[i % 10], i % 97), items)


def one_round(salt):
    text = json.dumps([vars(o) for o in orders(2000, salt)])
    groups = {}
    for raw in json.loads(text):
        order = Order(**raw)
        groups.setdefault(order.customer, []).append(order)
    lines = ["%s: %d orders, %.2f" % (name.replace(" ", "-"), len(group),
                                      sum(o.total() for o in group))
             for name, group in sorted(groups.items())]
    found = [m.groupdict() for m in map(LINE.match, lines) if m]
    return re.sub(r"\d+\.\d+", lambda m: "<%s>" % m.group(), str(found))


def main():
    length = 0
    for salt in range(int(sys.argv[1])):
        length += len(one_round(salt))
    print(length)


main()
