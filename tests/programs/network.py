# SPDX-License-Identifier: MIT
"""curl against a server in this process, nginx under wrk and curl, openssl."""
import http.server
import signal
import threading

import inputs
from job import job, rule


class Pages(http.server.BaseHTTPRequestHandler):
    """Answers that are the same every time: no date, no version."""
    protocol_version = "HTTP/1.1"
    content = inputs.table(20000).encode()

    def answer(self, status, body, headers=()):
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_GET(self):
        if self.path.startswith("/moved"):
            self.answer(302, b"", [("Location", "/data")])
        elif self.path.startswith("/data"):
            self.answer(200, self.content, [("ETag", '"1"')])
        elif self.path.startswith("/n"):
            self.answer(200, self.path.encode() * 50)
        else:
            self.answer(404, b"nothing\n")

    do_HEAD = do_GET

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(200, b"%d bytes\n" % len(body), [("Set-Cookie", "a=b")])

    def log_message(self, *_):
        pass


@job("curl", needs=["curl"], rules=[
    rule("curl* messages", rb"after \d+ ms", b"after N ms", "its time"),
    rule("file trace", rb"(?m)^(\* .*|== Info: .*)\n", b"",
         "of its own doing: ports, times of connections")])
def curl(run):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", run.port), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = "http://127.0.0.1:%d" % run.port
    run.write("form", inputs.table(3000))
    run.command("curl", "-sS", "-o", "got", "-D", "headers", base + "/data")
    run.command("curl", "-sSiL", base + "/moved", "-I")
    run.command("curl", "-sS", "--data-binary", "@form", "-c", "cookies", base + "/post",
                "--trace-ascii", "trace")
    run.command("curl", "-sS", "-Z", "--no-progress-meter", base + "/n[1-40]", "-o",
                "many.#1")
    run.command("curl", "-sS", "-f", base + "/none", base + "/data", "-o", "/dev/null",
                "-w", "%{http_code} %{size_download}\\n")
    run.command("curl", "-sS", "file://%s/form" % run.directory)
    server.shutdown()
    server.server_close()
    run.command("curl", "-sS", base + "/data")


CONF = """
daemon off; worker_processes 2; pid nginx.pid; error_log stderr warn; %(user)s
events { worker_connections 256; }
http {
	access_log off; server_tokens off; etag off;
	client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3;
	uwsgi_temp_path t4; scgi_temp_path t5; gzip on; gzip_types text/plain;
	default_type text/plain;
	server {
		listen 127.0.0.1:%(port)d; root pages;
		location /old { return 301 /new; }
		location /ssi { ssi on; ssi_types text/plain; }
		location /back/ { proxy_pass http://127.0.0.1:%(port)d/; proxy_buffering on; }
	}
}
"""


@job("nginx", needs=["nginx", "wrk", "curl"], quick=True, recorded="nginx", rules=[
    rule("wrk* output", rb"(?m)^( +(Latency|Req/Sec) .*| +[\d.]+%.*|  \d+ requests in .*|"
         rb"(Requests|Transfer)/sec:.*)\n", b"", "how fast it was"),
    rule("nginx messages", rb"(?m)^[\d/]+ [\d:]+ (\[\w+\]) \d+#\d+: \*\d+", rb"\1",
         "time, pids, which connection"),
    rule("file headers*", rb"(?m)^Date: .*\n", b"", "its date"),
    rule("file headers*", rb"(?m)^Last-Modified: .*\n", b"", "when we made it")])
def nginx(run):
    run.write("nginx.conf", CONF % {"port": run.port, "user": "user root;"})
    run.write("pages/data", inputs.table(5000))
    run.write("pages/small", "small\n")
    run.write("pages/ssi/a", 'a <!--#include virtual="/small" --> z\n')
    server = run.start("nginx", "-p", run.directory, "-c", "nginx.conf", "-e", "stderr")
    run.listens(server)
    base = "http://127.0.0.1:%d" % run.port
    run.command("wrk", "-t", "2", "-c", "8", "-d", "1s", base + "/data")
    for path in ("/back/data", "/small"):
        run.bare("wrk", "-t", "1", "-c", "8", "-d", "1s", base + path, name="wrk" + path)
    for number, path in enumerate(("/data", "/ssi/a", "/old/x", "/none", "/back/small")):
        run.bare("curl", "-sS", "--compressed", "-D", "headers%d" % number, base + path,
                 name="get" + path)
    server.process.send_signal(signal.SIGHUP)      # new workers, old ones end
    run.until("reload", lambda: len(run.processes()) > 0)
    run.bare("curl", "-sS", base + "/small", name="after reload")
    server.stop(signal.SIGQUIT)


OPENSSL = r"""
seq 50000 >data
for d in md5 sha1 sha256 sha512 blake2b512 sha3-256; do openssl dgst -$d data; done
key=00112233445566778899aabbccddeeff
for c in aes-256-cbc aes-256-ctr chacha20 camellia-256-cbc; do
  openssl enc -$c -K $key$key -iv $key -in data -out data.$c
  openssl enc -d -$c -K $key$key -iv $key -in data.$c | cmp - data
done
for a in "RSA -pkeyopt rsa_keygen_bits:1024" "EC -pkeyopt ec_paramgen_curve:P-256" ED25519; do
  openssl genpkey -quiet -algorithm $a -out key.pem 2>/dev/null || openssl genpkey -algorithm $a -out key.pem 2>/dev/null
  openssl pkey -in key.pem -pubout -out pub.pem
  openssl pkeyutl -sign -rawin -inkey key.pem -in data -out data.sig && openssl pkeyutl -verify -rawin -pubin -inkey pub.pem -in data -sigfile data.sig
  openssl req -x509 -key key.pem -subj /CN=localhost -days 9 -out cert.pem && openssl verify -CAfile cert.pem cert.pem
done
port=$(cat port)
timeout 60 openssl s_server -quiet -accept 127.0.0.1:$port -cert cert.pem -key key.pem -rev -naccept 1 >server.out 2>&1 &
for i in $(seq 100); do sleep 0.05; (echo hello; sleep 0.5; echo CLOSE) | timeout 20 openssl s_client -quiet -verify_quiet -CAfile cert.pem -connect 127.0.0.1:$port 2>/dev/null && break; done; wait
openssl asn1parse -in pub.pem | cut -c1-20; openssl prime 1000003; openssl rand -hex 8 | wc -c
openssl dgst -sha256 nothing; openssl no-such; exit 3
"""


@job("openssl", needs=["openssl"], rules=[
    rule("openssl messages", rb"(?m)^[0-9A-F]{16}:error", b"error", "its thread's address")],
     ignored={"*.pem": "random", "data.sig": "random"})
def openssl(run):
    run.write("port", str(run.port))
    run.write("script", OPENSSL)
    run.command("bash", "script", name="openssl")
