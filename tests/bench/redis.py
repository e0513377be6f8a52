# SPDX-License-Identifier: MIT
"""redis-server, driven by redis-benchmark on loopback."""
import os
import socket
import subprocess
import time

import place

TESTS = "set,get,lpush,lpop,sadd,hset,zadd,mset"
EACH = place.scaled(50000)
REQUESTS = EACH * len(TESTS.split(","))
READY_S = 30
BENCHMARK_S = 600


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Redis:
    """One server; its command first, then drive() while it runs."""

    def __init__(self):
        self.port = str(free_port())

    def command(self):
        return ["redis-server", "--port", self.port, "--bind", "127.0.0.1",
                "--save", "", "--appendonly", "no", "--dir", place.WORK]

    def client(self, *words):
        return subprocess.run(["redis-cli", "-p", self.port, *words],
                              env=place.CLEAN, stdout=subprocess.PIPE, text=True,
                              stderr=subprocess.DEVNULL, check=False).stdout.strip()

    def wait_until_ready(self):
        end = time.monotonic() + READY_S
        while self.client("ping") != "PONG":
            if time.monotonic() > end:
                place.fail("redis-server does not answer; see " + place.WORK)
            time.sleep(0.02)

    def drive(self):
        """Returns the seconds that redis-benchmark's requests took."""
        self.wait_until_ready()
        start = time.monotonic()
        with open(os.path.join(place.WORK, "benchmark"), "w", encoding="ascii") as out:
            subprocess.run(["redis-benchmark", "-p", self.port, "--csv",
                            "-n", str(EACH), "-c", "20", "-P", "8",
                            "-r", "20000", "-d", "100",
                            "-t", TESTS],
                           env=place.CLEAN, stdout=out, stderr=subprocess.DEVNULL,
                           timeout=BENCHMARK_S, check=True)
        wall_s = time.monotonic() - start
        self.client("shutdown", "nosave")
        return wall_s
