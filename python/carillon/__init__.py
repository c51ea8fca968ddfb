"""Carillon's potentials in Python: an ASE calculator."""
from ._carillon import Error, Potential, __version__, set_threads
from .calculator import Carillon

__all__ = ["Carillon", "Error", "Potential", "__version__", "set_threads"]
