"""Does what the Python of the guides says, in a folder that holds model.joblib, model.skops, X.npy and models/."""
import re
import shutil

import pytest

from corpus import MODELS, ROOT

CASE = MODELS / "1.3.2/main_binary"

SKOPS = MODELS / "1.9.1/forest/model.skops"


@pytest.mark.parametrize("file, blocks", [("README.md", 1), ("python/README.md", 6), ("docs/moving.md", 3), ("docs/gates.md", 1)])
def test_readme(file, blocks, tmp_path, monkeypatch):
    shutil.copytree(CASE, tmp_path / "models")
    for name in ("model.joblib", "X.npy"):
        shutil.copy(CASE / name, tmp_path)
    shutil.copy(SKOPS, tmp_path / "model.skops")
    monkeypatch.chdir(tmp_path)
    found = re.findall(r"^```python\n(.*?)^```$", (ROOT / file).read_text(), re.M | re.S)
    names = {}
    for block in found:
        exec(compile(block, file, "exec"), names)
    assert len(found) == blocks
