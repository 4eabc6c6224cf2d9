"""Has the kernel's connection tracking forget everything in this namespace (ctnetlink)."""
import socket
import struct

NETLINK_NETFILTER, CTNETLINK_DELETE, REQUEST_ACK = 12, 1 << 8 | 2, 1 | 4
with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER) as kernel:
    kernel.bind((0, 0))
    kernel.send(struct.pack("=IHHII", 20, CTNETLINK_DELETE, REQUEST_ACK, 1, 0) + bytes(4))
    error = struct.unpack_from("=i", kernel.recv(4096), 16)[0]
print("forgotten" if error == 0 else f"error {-error}", flush=True)
