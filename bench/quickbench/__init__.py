"""The parts of `bench/quick.py`: a namespace, the systems in it, the measures, and the table."""
