/** A scrape with every type and every part of the grammar in it, written by hand. */
export const wholeScrape = String.raw`# TYPE target info
# HELP target Who is asked.
target_info{service="purser"} 1
# TYPE hits counter
# HELP hits With \"quotes\", a \\ and a\nline feed.
hits_total{path="a\"b\\c\nd",method="GET"} 12 # {trace_id="abc"} 1 1795348800.123
hits_created{path="a\"b\\c\nd",method="GET"} 1795348000.5
hits_total{path="",method="GET"} 4.5E+3
hits_created{path="",method="GET"} 1795348000
# TYPE sent_bytes counter
# UNIT sent_bytes bytes
# HELP sent_bytes Sent.
sent_bytes_total{} 0042 1795348800
sent_bytes_created{} 1795348000 1795348800
# TYPE heat_celsius gauge
# UNIT heat_celsius celsius
# HELP heat_celsius  Heat, with two spaces before it.
heat_celsius{room="a"} -1.5 1795348800
heat_celsius{room="a"} NaN 1795348801.5
heat_celsius{room="b"} +Inf
# TYPE ready stateset
# HELP ready Whether it is ready.
ready{node="a",ready="yes"} 1
ready{node="a",ready="no"} 0
# TYPE took_seconds histogram
# UNIT took_seconds seconds
# HELP took_seconds Took.
took_seconds_bucket{op="read",le="1e-05"} 0
took_seconds_bucket{op="read",le="0.1"} 1 # {} 0.054
took_seconds_bucket{op="read",le="1.0"} 3 # {trace_id="t1"} 0.5 1795348800.123
took_seconds_bucket{op="read",le="+Inf"} 4 # {trace_id="t2",span_id="s2"} 7
took_seconds_count{op="read"} 4
took_seconds_sum{op="read"} 8.054
took_seconds_created{op="read"} 1795348000
took_seconds_bucket{op="write",le="1e+06"} 0
took_seconds_bucket{op="write",le="+Inf"} 0
took_seconds_count{op="write"} 0
took_seconds_sum{op="write"} 0
took_seconds_created{op="write"} 1795348000
# TYPE change histogram
# HELP change Either way.
change_bucket{le="-1.0"} 1
change_bucket{le="+Inf"} 1
# TYPE waiting gaugehistogram
# HELP waiting Waiting.
waiting_bucket{le="10.0"} 3.0
waiting_bucket{le="+Inf"} 4
waiting_gcount 4
waiting_gsum 40.5
# TYPE age_seconds summary
# UNIT age_seconds seconds
# HELP age_seconds Age.
age_seconds{quantile="0.5"} .25
age_seconds{quantile="0.99"} nan
age_seconds_count 17
age_seconds_sum 3.5
age_seconds_created 1795348000
# TYPE elsewhere unknown
# HELP elsewhere From elsewhere.
elsewhere 42.23
# TYPE silent counter
# UNIT silent 
# HELP silent 
untold -INF
# EOF
`;
