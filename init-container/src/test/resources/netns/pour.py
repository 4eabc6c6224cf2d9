"""Sends much and closes at once, so that the kernel goes on sending for a socket without an owner.

pour.py IP PORT BYTES GID
"""
import os
import socket
import sys

ip, port, size, gid = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
os.setgroups([])
os.setgid(gid)
client = socket.socket(socket.AF_INET6 if ":" in ip else socket.AF_INET)
client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * size)
client.connect((ip, port))
client.sendall(bytes(size))
client.close()
print("closed", flush=True)
