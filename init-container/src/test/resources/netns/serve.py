"""A TCP server that says who called whom, then echoes lines.

serve.py NAME IP PORT [transparent] [hangup] [reset] [speak]: prints "ready", then a line for each
connection. With hangup it closes each connection by itself once it has spoken, and so is left in
TIME_WAIT; with reset it resets it. With speak, it says what is on its input to all connections.
"""
import socket
import struct
import sys
import threading

name, ip, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
family = socket.AF_INET6 if ":" in ip else socket.AF_INET
server = socket.socket(family, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
if "transparent" in sys.argv[4:]:
    IP_TRANSPARENT, IPV6_TRANSPARENT = 19, 75
    if family == socket.AF_INET6:
        server.setsockopt(socket.IPPROTO_IPV6, IPV6_TRANSPARENT, 1)
    else:
        server.setsockopt(socket.SOL_IP, IP_TRANSPARENT, 1)
server.bind((ip, port))
server.listen(16)
print("ready", flush=True)


def serve(connection):
    with connection:
        local, peer = connection.getsockname(), connection.getpeername()
        connection.sendall(f"{name} to={local[0]}:{local[1]} from={peer[0]}\n".encode())
        if "hangup" in sys.argv[4:]:
            return
        if "reset" in sys.argv[4:]:
            connection.recv(1000)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return
        while data := connection.recv(1000):
            connection.sendall(data)


def speak():
    for line in sys.stdin:
        for connection in connections:
            connection.sendall(line.encode())


connections = []
if "speak" in sys.argv[4:]:
    threading.Thread(target=speak, daemon=True).start()
while True:
    accepted, _ = server.accept()
    connections.append(accepted)
    print("accepted", flush=True)
    threading.Thread(target=serve, args=(accepted,), daemon=True).start()
