"""The words of every call, so that they can be looked for; kept in step with the runs that are current."""
