"""What all tests share: servers that are started once for a session."""

pytest_plugins = ["tests.support.s3_plugin"]
