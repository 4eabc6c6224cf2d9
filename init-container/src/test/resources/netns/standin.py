"""Stands in for a pod's sidecar: transparent listeners in both families, and a relay of bytes.

standin.py [hangup]: prints "ready", then for each connection "out|in CLIENT -> DESTINATION", where
CLIENT has no port. The application is dialled from the client's address. With hangup it closes
towards the client as soon as it has passed on something, and so is left in TIME_WAIT.
"""
import itertools
import os
import socket
import struct
import sys
import threading

IP_TRANSPARENT, IPV6_TRANSPARENT = 19, 75
OUTBOUND, INBOUND = 15001, 15006
ports = itertools.cycle(range(10240, 32768))
hangup = "hangup" in sys.argv[1:]


def transparent(made):
    if made.family == socket.AF_INET6:
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.setsockopt(socket.IPPROTO_IPV6, IPV6_TRANSPARENT, 1)
    else:
        made.setsockopt(socket.SOL_IP, IP_TRANSPARENT, 1)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return made


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def dial(destination, client, direction):
    upstream = socket.socket(socket.AF_INET6 if ":" in client else socket.AF_INET)
    upstream.settimeout(5)
    if direction == "in":
        transparent(upstream).bind((client, next(ports)))
    upstream.connect(destination)
    upstream.settimeout(None)
    return upstream


def copy(source, sink, after):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
            if after:
                break
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass
    if after:
        sink.close()
        source.close()


def serve(connection, direction):
    client, destination = connection.getpeername()[0], connection.getsockname()[:2]
    print(f"{direction} {client} -> {destination[0]}:{destination[1]}", flush=True)
    if destination[1] in (OUTBOUND, INBOUND):
        return reset(connection)
    try:
        upstream = dial(destination, client, direction)
    except OSError:
        return reset(connection)
    back = threading.Thread(target=copy, args=(upstream, connection, hangup), daemon=True)
    back.start()
    copy(connection, upstream, False)


def listen(listener, direction):
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection, direction), daemon=True).start()


os.setgroups([])
os.setgid(1337)
accepting = []
for family, loopback in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
    for port, direction in ((OUTBOUND, "out"), (INBOUND, "in")):
        listener = transparent(socket.socket(family))
        listener.bind((loopback, port))
        listener.listen(64)
        accepting.append(threading.Thread(target=listen, args=(listener, direction), daemon=True))
for thread in accepting:
    thread.start()
print("ready", flush=True)
for thread in accepting:
    thread.join()
