"""Both findings in one sheet."""

import json
from pathlib import Path

found = {key: value for name in ("trend.json", "period.json") for key, value in json.loads(Path(name).read_text()).items()}
Path("report.txt").write_text("".join(f"{key}: {value}\n" for key, value in sorted(found.items())))
