"""What ``xentc.spark`` does where: ``columns`` and ``driver`` in the program that asks, ``executors`` with the data.

What moves is one state of each partition, as bytes: a row of ``executors.FIELDS``.
"""
