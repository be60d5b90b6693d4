"""
A ClickHouse server for one machine: ClickHouse's wire protocols over the embedded engine chDB.

The engine is ClickHouse itself, as a library; what this package adds is the network in front of
it, so that several processes can share one database folder.  README.md says how to run it and
where it differs from a real server.

From the wire inwards: `server` listens, `native` and `http` hold the two conversations, `protocol`
knows the packets, `frames`, `blocks`, `columns` and `wire` know their bytes, `statements` looks at
SQL, `running` knows the queries under way, `sessions` holds what a client may change, and
`engine` is the only module that touches chDB.  Outside of the server, `process` starts it and
`component` makes it a part of the local stack.
"""
