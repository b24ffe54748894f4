"""Both findings in one sheet."""

import json

found = {**json.load(open("trend.json")), **json.load(open("period.json"))}
with open("report.txt", "w") as out:
    out.writelines(f"{key}: {value}\n" for key, value in sorted(found.items()))
