"""Where recordings live; the backends behind one contract."""
