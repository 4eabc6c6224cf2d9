"""A TCP client that prints the first line it gets, or why it gets none: "timeout" when it could not
connect in time, "silence" when it could and was told nothing.

dial.py SOURCE SOURCE_PORT IP PORT [mark=N] [gid=N] [uid=N] [hold] [wait] [last]: with hold it then
waits for a line on its input, sends it and prints the answer; with wait it prints another line of
the server; with last it ends when the server has closed.
"""
import os
import socket
import sys

source, source_port, ip, port = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
family = socket.AF_INET6 if ":" in ip else socket.AF_INET
for argument in sys.argv[5:]:
    if argument.startswith("gid="):
        os.setgroups([])
        os.setgid(int(argument[4:]))
    if argument.startswith("uid="):
        os.setuid(int(argument[4:]))
client = socket.socket(family, socket.SOCK_STREAM)
client.settimeout(1.5)
client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
for argument in sys.argv[5:]:
    if argument.startswith("mark="):
        client.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, int(argument[5:]))
late = "timeout"
try:
    client.bind((source, source_port))
    client.connect((ip, port))
    late = "silence"
    lines = client.makefile("rw")
    print(lines.readline().strip(), flush=True)
    if "hold" in sys.argv[5:]:
        lines.write(sys.stdin.readline())
        lines.flush()
        print(lines.readline().strip(), flush=True)
    if "wait" in sys.argv[5:]:
        client.settimeout(5)
        print(lines.readline().strip(), flush=True)
    if "last" in sys.argv[5:]:
        lines.read()
        lines.close()
        client.close()
        print("closed", flush=True)
except TimeoutError:
    print(late, flush=True)
except OSError as e:
    print(type(e).__name__, flush=True)
