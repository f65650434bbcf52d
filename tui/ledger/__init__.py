"""The SQLite file: the journal of submissions, the known invocations, the drafts."""
