# SPDX-License-Identifier: MIT
"""sqlite3, and servers: redis, memcached, postgres. They are loaded, stopped by a
signal, and what they hold is compared."""
import glob
import os
import re
import signal
import socket
import subprocess

from job import job, rule

SQL = r"""
create table t(id integer primary key, n int, s text);
begin;
with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000)
  insert into t select i, i * 7919 % 1009, 'text ' || (i % 97) from n;
create index by_n on t(n, s);
commit;
select n % 7, count(*), sum(id), max(s) from t group by 1 order by 1;
update t set s = s || '!' where n < 100; delete from t where n > 900;
select count(*), total(length(s)) from t;
select a.id from t a join t b on a.n = b.id order by a.s, a.id limit 5;
create virtual table f using fts5(body); insert into f select s from t limit 500;
select count(*) from f where f match 'text';
select json_group_array(n) from (select distinct n from t order by n limit 5);
vacuum; pragma integrity_check; select * from nothing;
"""


@job("sqlite3", needs=["sqlite3"], quick=True)
def sqlite3(run):
    run.write("work.sql", SQL)
    run.command("sqlite3", "a.db", stdin="work.sql")
    run.command("sqlite3", "a.db", ".dump")


@job("redis", needs=["redis-server", "redis-benchmark", "redis-cli"], quick=True,
     recorded="redis-", rules=[
         rule("redis-server* output", rb"(?m)^\d+:(\w) \d+ \w+ \d{4} [\d:.]+ ", rb"\1 ",
              "pid and time"),
         rule("redis-server* output", rb"\bpid=\d+", b"pid=N", "pid"),
         rule("redis-server* output", rb"(?m)^\d+:signal-handler \(\d+\)",
              b"signal-handler", "pid and time"),
         rule("redis-benchmark output", rb'(?m)^("[^"]+")(,"[\d.]+")+$', rb"\1",
              "how fast it was"),
     ], ignored={"dump.rdb": "has times, and the memory used; what is in it is compared"})
def redis(run):
    port = str(run.port)
    serve = ["redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "3600 1",
             "--loglevel", "warning", "--io-threads", "2",
             "--enable-debug-command", "local"]

    def ask(*words):
        run.bare("redis-cli", "-p", port, *words, name="ask " + " ".join(words))

    def persistence():
        return subprocess.run(["redis-cli", "-p", port, "info", "persistence"],
                              env=run.environment, stdout=subprocess.PIPE,
                              check=False).stdout

    server = run.start(*serve)
    run.listens(server)
    run.command("redis-benchmark", "-p", port, "-n", "2000", "-c", "10", "-P", "4",
                "--csv", "-t", "set,get,incr,lpush,rpush,lpop,sadd,hset,zadd,mset")
    ask("eval", "for i = 1, 500 do redis.call('set', 'k' .. i, string.rep('x', i)) end"
        " return redis.call('dbsize')", "0")
    ask("bgsave")
    run.until("the save", lambda: b"bgsave_in_progress:0" in persistence())
    ask("debug", "digest")
    server.stop(signal.SIGTERM)
    again = run.start(*serve)
    run.listens(again)
    run.until("its data", lambda: b"loading:0" in persistence())
    run.bare("redis-cli", "-p", port, "debug", "digest", name="digest after restart")
    again.stop(signal.SIGINT)


@job("memcached", needs=["memcached"], quick=True)
def memcached(run):
    server = run.start("memcached", "-u", "root", "-l", "127.0.0.1", "-p", str(run.port),
                       "-t", "4", "-m", "16")
    run.listens(server)
    said = []
    clients = [socket.create_connection(("127.0.0.1", run.port)) for _ in range(8)]
    streams = [c.makefile("rwb") for c in clients]

    def ask(stream, words, end):
        stream.write(words)
        stream.flush()
        answer = b""
        while not re.search(end, answer):
            line = stream.readline()
            if not line:
                break
            answer += line
        return answer

    for i in range(3000):
        value = b"v" * (i * 37 % 2000)
        said.append(ask(streams[i % 8], b"set k%d 0 0 %d\r\n%s\r\n" % (
            i, len(value), value), b"\r\n"))
    for i in range(3000):
        said.append(ask(streams[i * 3 % 8], b"get k%d\r\n" % i, b"(?m)^END\r\n"))
    said.append(ask(streams[0], b"set n 0 0 1\r\n5\r\n", b"\r\n"))
    for i in range(100):
        said.append(ask(streams[i % 8], b"incr n %d\r\n" % i, b"\r\n"))
    said.append(ask(streams[0], b"flush_all\r\n", b"\r\n"))
    said.append(ask(streams[0], b"get k1\r\n", b"(?m)^END\r\n"))
    for client in clients:
        client.close()
    run.observe("answers", b"".join(said))
    server.stop(signal.SIGTERM)


def postgres_bin():
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    return os.path.dirname(found[-1]) if found else "/nowhere"


BIN = postgres_bin()
QUERIES = """
select sum(abalance) from pgbench_accounts; select sum(bbalance) from pgbench_branches;
select sum(tbalance), count(*) from pgbench_tellers;
select sum(delta), count(*) from pgbench_history;
select count(*), sum(length(filler)), max(aid) from pgbench_accounts where aid % 7 = 3;
select string_agg(bid::text, ',') from (select distinct bid from pgbench_tellers) x;
"""


def postgres_job(name, clients, transactions, **more):
    @job(name, needs=[BIN + "/initdb", BIN + "/pgbench", "setpriv"], recorded="postgres",
         ignored={"data": "its contents are asked for by SQL", ".s.PGSQL*": "sockets"},
         rules=[
             rule("postgres messages", rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", b"TIME",
                  "when it was stopped"),
             rule("postgres messages", rb"\(PID \d+\)", b"(PID)", "pid"),
             rule("pgbench* *", rb"(?m)^(latency average|initial connection time|tps) = .*",
                  rb"\1", "how fast it was"),
             rule("pgbench messages", rb"\d+\.\d+ s", b"N s", "how fast it was"),
         ], **more)
    def body(run):
        run.write("queries.sql", QUERIES)
        run.become_nobody()
        where = ["-h", run.directory, "-p", str(run.port)]
        run.command(BIN + "/initdb", "-D", "data", "-U", "nobody", "-A", "trust", "-N",
                    "--locale=C", "--encoding=UTF8")
        server = run.start(BIN + "/postgres", "-D", "data", "-k", run.directory,
                           "-p", str(run.port), "-h", "127.0.0.1",
                           "-c", "log_line_prefix=", "-c", "log_checkpoints=off",
                           "-c", "fsync=off", "-c", "shared_buffers=16MB")
        run.says(server, b"ready to accept connections")
        run.command(BIN + "/pgbench", *where, "-i", "-q", "postgres")
        run.command(BIN + "/pgbench", *where, "-c", str(clients), "-j", "2", "-t",
                    str(transactions), "--random-seed=7", "postgres")
        run.command(BIN + "/psql", *where, "-X", "-f", "queries.sql", "postgres")
        run.command(BIN + "/psql", *where, "-X", "-c", "select nothing", "postgres")
        server.stop(signal.SIGINT)


postgres_job("postgres", 2, 50, quick=True)
postgres_job("postgres-loaded", 8, 500, seconds=600)
