"""The only room with a socket: sends the requests of the sources politely, remembers replies, keeps the ledger."""
