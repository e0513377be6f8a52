# SPDX-License-Identifier: MIT
"""Allocates in many places of python3 and of its modules, for symbols.sh."""
import ast
import bz2
import collections
import csv
import datetime
import decimal
import fractions
import hashlib
import io
import json
import locale
import lzma
import pickle
import re
import sqlite3
import threading
import xml.dom.minidom
import zlib

base = sqlite3.connect(":memory:")
base.execute("create table t(a, b)")
base.executemany("insert into t values(?, ?)",
                 [(i, str(i)) for i in range(100)])
base.execute("create index i on t(b)")
rows = list(base.execute("select a, group_concat(b) from t"
                         " where b like '%1%' group by a % 7 order by 2 desc"))
for module in zlib, bz2, lzma:
    module.decompress(module.compress(b"abc" * 1000))
xml.dom.minidom.parseString("<a b='c'><d>e</d></a>").toprettyxml()
pickle.loads(pickle.dumps([{i: str(i)} for i in range(100)]))
json.loads(json.dumps({"a": [1.5, None, "\u00e9"], "b": rows}))
list(csv.reader(io.StringIO("a,b,'c d'\n1,2,3\n" * 10)))
for pattern in r"(a|b)*c", r"(?P<x>\d+)\s*(?<!a)b", "[a-z]+?(?i:X)":
    re.findall(pattern, "aabc 12 b xyzX" * 10)
exec(compile(ast.parse("class A:\n  def f(self, *a, **k):\n"
                       "    return {z: lambda q: q for z in range(3)}\n"),
             "x", "exec"))
threads = [threading.Thread(target=lambda: sorted(map(str, range(100))))
           for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
sorted("\u00e4\u00f6\u00fc" * 10, key=locale.strxfrm)
collections.Counter("some words".split()).most_common()
hashlib.sha3_256(b"x").hexdigest()
datetime.datetime.now().strftime("%c")
print("%r %10.3f" % ({1, 2}, 3.5), f"{10**50:,}", decimal.Decimal(2).sqrt(),
      fractions.Fraction(1, 3))
