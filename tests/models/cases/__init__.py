"""The cases, one file a family: each row() is one. Importing a family's file puts its cases into rows.ROWS."""
import importlib
import pkgutil

for found in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{found.name}")
