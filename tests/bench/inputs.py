# SPDX-License-Identifier: MIT
"""Input files, made once for each size and kept in build/bench/input. The same
numbers in every run, on every machine."""
import json
import os

import place


def made(name, write):
    """The path of input NAME; write(file) makes it where there is none."""
    stem, suffix = os.path.splitext(name)
    path = os.path.join(place.INPUT, "%s-%g%s" % (stem, place.SCALE, suffix))
    if not os.path.exists(path):
        place.say("writing %s" % path)
        os.makedirs(place.INPUT, exist_ok=True)
        with open(path + ".new", "w", encoding="ascii") as file:
            write(file)
        os.rename(path + ".new", path)
    return path


def write_orders(file):
    """About 24 MB of JSON."""
    json.dump([{"id": i, "customer": "customer %d" % (i * 7919 % 1700),
                "paid": i % 3 == 0, "note": "order %d of %d" % (i, i % 23),
                "items": [{"sku": "part-%d" % (i * 7 + j), "price": j * 3.5 + 1}
                          for j in range(i % 4 + 1)]}
               for i in range(place.scaled(140000))], file)


SCHEMA = """PRAGMA journal_mode = OFF;
CREATE TABLE customers(id INTEGER PRIMARY KEY, name TEXT, city TEXT);
CREATE TABLE orders(id INTEGER PRIMARY KEY, customer INTEGER, total REAL, note TEXT);
BEGIN;
"""
QUERIES = """COMMIT;
CREATE INDEX by_customer ON orders(customer, total);
SELECT city, count(*), round(sum(total), 2) FROM customers JOIN orders
 ON customer = customers.id GROUP BY city ORDER BY 3 DESC LIMIT 5;
SELECT upper(substr(note, 1, 9)), count(*) FROM orders WHERE note LIKE '%7 of%'
 GROUP BY 1 ORDER BY 2 DESC LIMIT 5;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
 SELECT length(group_concat(printf('%d:%s', i, hex(i)), ',')) FROM n;
UPDATE orders SET note = note || ' (late)' WHERE id % 11 = 0;
DELETE FROM orders WHERE total < 20;
"""


def write_sql(file):
    """One statement a row, as a .dump has it: mostly the parser's work."""
    count = place.scaled(150000)
    file.write(SCHEMA)
    for i in range(count // 10):
        file.write("INSERT INTO customers VALUES(%d,'name %d','city %d');\n"
                   % (i, i * 31, i % 50))
    for i in range(count):
        file.write("INSERT INTO orders VALUES(%d,%d,%.2f,'order %d of %d');\n"
                   % (i, i * 7919 % (count // 10 + 1), i % 997 * 1.25, i, i % 23))
    file.write(QUERIES)


def orders():
    return made("orders.json", write_orders)


def sql():
    return made("orders.sql", write_sql)
