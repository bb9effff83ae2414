"""The use cases, each a list of verbs: receive, tickets, sweep, deliver. Every decision is one transaction."""
