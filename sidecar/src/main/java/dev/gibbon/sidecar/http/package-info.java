/**
 * HTTP/1.1 between clients and Services, one request at a time.
 *
 * <pre>
 * ClientConnection ─► RequestHeadReader ─► Exchange ─┬─► Routing ─► Decider
 *        ▲               BodyReader           │       ├─► Acquisition ─► UpstreamPool / Connector
 *        │                                    ▼       └─► UpstreamRequest ─► MessageWriter
 *        └────────── MessageWriter ◄─────── Answer                ▲
 *                                                                 │
 *                           ResponseHeadReader, BodyReader ─► UpstreamLink
 * </pre>
 *
 * <p>One strict parser reads heads, chunks and trailers of both sides, and what it read is written
 * anew: no byte of a peer's framing reaches the other peer. It is the proxy's own and not Netty's
 * codec behind a filter, because a filter that knows where a message ends and a lenient decoder
 * behind it are two parsers of the same bytes, which is how requests are smuggled. Whatever RFC
 * 9112 lets recipients read in more than one way is refused: bare CR or LF, folded lines, white
 * space around field names, a message with two lengths, chunk extensions in requests.
 *
 * <p>A client connection, its exchange and the upstream connection it uses live on one event loop;
 * nothing here is shared between threads but {@link dev.gibbon.sidecar.http.HttpFrontend}.
 */
@NullMarked
package dev.gibbon.sidecar.http;

import org.jspecify.annotations.NullMarked;
