"""The database: engines, the unit of work and the migrations."""
