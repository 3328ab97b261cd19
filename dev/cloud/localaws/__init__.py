"""A local AWS: moto, made strict, with time, faults and a ledger."""
