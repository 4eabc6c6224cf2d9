-- Prints what wrk knows exactly, as one line of JSON. Without `request` and `response` functions wrk
-- runs no Lua during the measurement.
done = function(summary, latency, requests)
    local e = summary.errors
    io.write(string.format(
        'REPORT {"requests":%d,"duration_us":%d,"bytes":%d,"connect":%d,"read":%d,"write":%d,"status":%d,' ..
        '"timeout":%d,"p50_us":%d,"p99_us":%d,"p999_us":%d,"max_us":%d}\n',
        summary.requests, summary.duration, summary.bytes, e.connect, e.read, e.write, e.status, e.timeout,
        latency:percentile(50), latency:percentile(99), latency:percentile(99.9), latency.max))
end
