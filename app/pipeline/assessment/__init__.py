"""Policy: from deviations to graded findings and an outcome."""
