"""A TCP server with little room that reads only when told, and then counts.

sink.py IP PORT: prints "ready", "accepted"; after a line on its input reads to the end and prints
the number of bytes.
"""
import socket
import sys

ip, port = sys.argv[1], int(sys.argv[2])
server = socket.socket(socket.AF_INET6 if ":" in ip else socket.AF_INET)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
server.bind((ip, port))
server.listen(1)
print("ready", flush=True)
connection, _ = server.accept()
print("accepted", flush=True)
sys.stdin.readline()
connection.settimeout(10)
count = 0
try:
    while data := connection.recv(65536):
        count += len(data)
except OSError as e:
    print(f"{count} then {type(e).__name__}", flush=True)
else:
    print(count, flush=True)
