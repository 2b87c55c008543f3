"""skops_live.py TOOL OUT: every model of tests/every_estimator/1.9.1, saved by skops here and now into OUT. TOOL must read each
one, and name the types that skops itself would ask to trust. Prints "PASSED FAILED"."""
import json
import subprocess
import sys
from pathlib import Path

import joblib
from skops.io import dump, get_untrusted_types

ROOT = Path(__file__).resolve().parents[2]


def saved(out):
    """Yields file and untrusted types; what skops does not write is left out."""
    for source in sorted((ROOT / "tests/every_estimator/1.9.1").glob("*.joblib")):
        file = out / f"{source.stem}.skops"
        try:
            dump(joblib.load(source), file)
        except Exception as error:  # Birch and others: skops says so
            print(f"not saved: {source.stem}: {type(error).__name__}", file=sys.stderr)
            file.unlink(missing_ok=True)
            continue
        yield str(file), get_untrusted_types(file=file)


def main():
    tool, out = sys.argv[1], Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    expected = dict(saved(out))
    run = subprocess.run([tool, "scan", "--json", str(out)], capture_output=True, text=True, check=False)
    reports = {report["file"]: report for report in map(json.loads, run.stdout.splitlines()) if report["record"] == "file"}
    failed = 0
    for file, untrusted in expected.items():
        report = reports.get(file, {})
        honest = report.get("verdict") == "accepted" or report.get("reason") == "unsupported"
        if not honest or report.get("skops_untrusted") != untrusted:
            failed += 1
            print(f"{file}: {report.get('verdict')} {report.get('reason')}, {report.get('skops_untrusted')}; skops says {untrusted}",
                  *(finding["message"] for finding in report.get("findings", [])), file=sys.stderr, sep="\n  ")
    print(len(expected) - failed, failed)


if __name__ == "__main__":
    main()
