// The same table as a file, and the same thing by command, curl and Python.
export interface Same {
  /** of the command line, after "suan" */
  suan: string;
  path: string;
  /** of `suanwang.Client().wire` */
  wire: string;
  /** JSON that is posted; without it, it is only read */
  body?: string;
}

export type Cell = string | number;

/** RFC 4180. A cell that a spreadsheet would take for a formula is led by an apostrophe. */
export function csv(titles: string[], rows: Cell[][]): string {
  return [titles, ...rows].map((row) => row.map(quoted).join(",")).join("\r\n") + "\r\n";
}

function quoted(cell: Cell): string {
  const text = typeof cell === "string" && /^[=+@\t\r-]/.test(cell) && cell !== "-" ? `'${cell}` : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function save(name: string, kind: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: kind }));
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  URL.revokeObjectURL(url);
}

export function ways(same: Same): [string, string][] {
  const sent = same.body ? ` -H "Content-Type: application/json" -d '${same.body.replaceAll("'", "'\\''")}'` : "";
  const curl = `curl -H "Authorization: Bearer $SUAN_TOKEN"${sent} "${location.origin}${same.path}"`;
  return [
    ["suan", `suan ${same.suan}`],
    ["curl", curl],
    ["Python", `import suanwang\n${same.wire.includes("TrialAsk") ? "from suanwang.model.trial import TrialAsk\n" : ""}\nprint(suanwang.Client().wire.${same.wire})`],
  ];
}
