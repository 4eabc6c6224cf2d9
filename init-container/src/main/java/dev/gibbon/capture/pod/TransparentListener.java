package dev.gibbon.capture.pod;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * A listening TCP socket with IP_TRANSPARENT on the loopback address of a family. TPROXY hands
 * packets to no other kind, and the JDK's sockets have no such option, so this one is made by
 * calling the C library: Linux on little-endian machines, where x86-64 and AArch64 agree on all
 * numbers used here (asm-generic/socket.h, ip(7), ipv6(7)). Needs CAP_NET_ADMIN or CAP_NET_RAW. For
 * one thread.
 */
final class TransparentListener implements AutoCloseable {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_STREAM_CLOEXEC = 1 | 0x80000;
    private static final int SOL_IP = 0;
    private static final int IP_TRANSPARENT = 19;
    private static final int SOL_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;
    private static final int IPV6_TRANSPARENT = 75;
    private static final int SOL_SOCKET = 1;
    private static final int SO_REUSEADDR = 2;
    private static final int SO_RCVTIMEO = 20;
    private static final int EAGAIN = 11;
    private static final int EADDRINUSE = 98;
    private static final long ADDRESS_BYTES = 28;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
    private final Family family;
    private final int port;
    private final int descriptor;

    /** A connection that arrived: where its client wanted to go, and the client's own address. */
    record Arrival(InetSocketAddress destination, InetSocketAddress client) {}

    /**
     * Opens the socket.
     *
     * @param waitMillis how long {@link #accept} waits
     * @throws BindException when somebody else listens there
     */
    TransparentListener(Family family, int port, long waitMillis) throws IOException {
        this.family = family;
        this.port = port;
        descriptor = call("socket", domain(), SOCK_STREAM_CLOEXEC, 0);
        boolean opened = false;
        try {
            option(SOL_SOCKET, SO_REUSEADDR, 1);
            switch (family) {
                case IPV4 -> option(SOL_IP, IP_TRANSPARENT, 1);
                case IPV6 -> {
                    option(SOL_IPV6, IPV6_V6ONLY, 1);
                    option(SOL_IPV6, IPV6_TRANSPARENT, 1);
                }
            }
            MemorySegment timeout = arena.allocate(ValueLayout.JAVA_LONG, 2);
            timeout.setAtIndex(ValueLayout.JAVA_LONG, 0, waitMillis / 1000);
            timeout.setAtIndex(ValueLayout.JAVA_LONG, 1, waitMillis % 1000 * 1000);
            option(SOL_SOCKET, SO_RCVTIMEO, timeout);
            MemorySegment address = address();
            call("bind", descriptor, address, (int) address.byteSize());
            call("listen", descriptor, 16);
            opened = true;
        } finally {
            if (!opened) {
                close();
            }
        }
    }

    /** The next connection, which is closed at once; empty when none comes in time. */
    Optional<Arrival> accept() throws IOException {
        MemorySegment peer = arena.allocate(ADDRESS_BYTES);
        MemorySegment length = length();
        int accepted = raw("accept", descriptor, peer, length);
        if (accepted < 0) {
            if (errno() == EAGAIN) {
                return Optional.empty();
            }
            throw failure("accept");
        }
        try {
            MemorySegment local = arena.allocate(ADDRESS_BYTES);
            call("getsockname", accepted, local, length());
            return Optional.of(new Arrival(read(local), read(peer)));
        } finally {
            raw("close", accepted);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            raw("close", descriptor);
        } finally {
            arena.close();
        }
    }

    private int domain() {
        return switch (family) {
            case IPV4 -> AF_INET;
            case IPV6 -> AF_INET6;
        };
    }

    /** struct sockaddr_in or sockaddr_in6 of the loopback address. */
    private MemorySegment address() {
        byte[] ip = InetAddress.ofLiteral(family.loopback()).getAddress();
        MemorySegment address =
                arena.allocate(
                        switch (family) {
                            case IPV4 -> 16;
                            case IPV6 -> ADDRESS_BYTES;
                        });
        address.set(ValueLayout.JAVA_SHORT, 0, (short) domain());
        address.set(ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), 2, (short) port);
        MemorySegment.copy(ip, 0, address, ValueLayout.JAVA_BYTE, ipOffset(), ip.length);
        return address;
    }

    private InetSocketAddress read(MemorySegment address) throws IOException {
        byte[] ip = new byte[family.bits() / 8];
        MemorySegment.copy(address, ValueLayout.JAVA_BYTE, ipOffset(), ip, 0, ip.length);
        int number =
                Short.toUnsignedInt(
                        address.get(ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), 2));
        return new InetSocketAddress(InetAddress.getByAddress(ip), number);
    }

    private int ipOffset() {
        return switch (family) {
            case IPV4 -> 4;
            case IPV6 -> 8;
        };
    }

    private MemorySegment length() {
        return arena.allocateFrom(ValueLayout.JAVA_INT, (int) ADDRESS_BYTES);
    }

    private void option(int level, int name, int value) throws IOException {
        option(level, name, arena.allocateFrom(ValueLayout.JAVA_INT, value));
    }

    private void option(int level, int name, MemorySegment value) throws IOException {
        call("setsockopt", descriptor, level, name, value, (int) value.byteSize());
    }

    private int call(String function, Object... arguments) throws IOException {
        int result = raw(function, arguments);
        if (result < 0) {
            throw failure(function);
        }
        return result;
    }

    private IOException failure(String function) {
        int errno = errno();
        String what = function + " on " + family.loopback() + ":" + port + ": error " + errno;
        return errno == EADDRINUSE ? new BindException(what) : new IOException(what);
    }

    private int errno() {
        return state.get(ValueLayout.JAVA_INT, 0);
    }

    /** Calls a function of the C library that takes ints and pointers and returns an int. */
    @SuppressWarnings("restricted")
    private int raw(String function, Object... arguments) throws IOException {
        MemoryLayout[] layouts = new MemoryLayout[arguments.length];
        Object[] all = new Object[arguments.length + 1];
        all[0] = state;
        for (int i = 0; i < arguments.length; i++) {
            layouts[i] =
                    arguments[i] instanceof MemorySegment
                            ? ValueLayout.ADDRESS
                            : ValueLayout.JAVA_INT;
            all[i + 1] = arguments[i];
        }
        Linker linker = Linker.nativeLinker();
        MethodHandle handle =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow(function),
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, layouts),
                        Linker.Option.captureCallState("errno"));
        try {
            return (int) handle.invokeWithArguments(all);
        } catch (Throwable e) {
            throw new IOException("cannot call " + function, e);
        }
    }
}
