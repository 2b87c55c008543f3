"""Does what python/README.md says, in a folder that holds model.joblib, X.npy and models/."""
import re
import shutil

from corpus import MODELS, ROOT

CASE = MODELS / "1.3.2/main_binary"


def test_readme(tmp_path, monkeypatch):
    shutil.copytree(CASE, tmp_path / "models")
    for name in ("model.joblib", "X.npy"):
        shutil.copy(CASE / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```python\n(.*?)^```$", (ROOT / "python/README.md").read_text(), re.M | re.S)
    names = {}
    for block in blocks:
        exec(compile(block, "README.md", "exec"), names)
    assert len(blocks) >= 5 and (tmp_path / "mine.prq").exists()
