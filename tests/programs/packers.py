# SPDX-License-Identifier: MIT
"""xz, zstd: packed by several threads, the files compared."""
import inputs
from job import job


def packer(name, *pack):
    @job(name, needs=[name], quick=True)
    def body(run):
        run.write("data", inputs.table(60000))
        run.command(name, *pack, "-k", "data")
        suffix = {"xz": ".xz", "zstd": ".zst"}[name]
        run.command(name, "-d", "-c", "data" + suffix)
        run.command(name, "-t", "data")
        run.command(name, "-l", "data" + suffix)


packer("xz", "-T2", "--block-size=200KiB")
packer("zstd", "-T2", "-15", "-q")
