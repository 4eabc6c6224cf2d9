"""UDP: datagram.py serve IP PORT answers everything, datagram.py ask IP PORT prints an answer."""
import socket
import sys

what, ip, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
endpoint = socket.socket(socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_DGRAM)
if what == "serve":
    endpoint.bind((ip, port))
    print("ready", flush=True)
    while True:
        _, client = endpoint.recvfrom(1000)
        endpoint.sendto(f"answer to {client[0]}".encode(), client)
else:
    endpoint.settimeout(1.5)
    endpoint.sendto(b"question", (ip, port))
    try:
        print(endpoint.recv(1000).decode(), flush=True)
    except TimeoutError:
        print("timeout", flush=True)
