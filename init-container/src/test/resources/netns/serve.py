"""A TCP server that says who called whom, then echoes lines.

serve.py NAME IP PORT [transparent] [hangup]: prints "ready", then a line for each connection. With
hangup it closes each connection by itself once it has spoken, and so is left in TIME_WAIT.
"""
import socket
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
        while data := connection.recv(1000):
            connection.sendall(data)


while True:
    accepted, _ = server.accept()
    print("accepted", flush=True)
    threading.Thread(target=serve, args=(accepted,), daemon=True).start()
