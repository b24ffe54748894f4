// A job's events, proved to be in the brain's log: RFC 6962 inclusion under the root of a C2SP checkpoint, which the brain's key
// signed (Ed25519). All of it is worked out here, with the browser's own cryptography.
import { get, type Nouns } from "./api";

export interface Checked {
  events: Nouns["JobProof"]["events"];
  size: number;
  root: string;
  /** "" where all of it holds */
  why: string;
}

type Bytes = Uint8Array<ArrayBuffer>;
const ENTRY_MOST = 65_535;
const encoded = (text: string): Bytes => new TextEncoder().encode(text);
const hash = async (...parts: Bytes[]): Promise<Bytes> => new Uint8Array(await crypto.subtle.digest("SHA-256", joined(parts)));
const hex = (bytes: Bytes): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const unhex = (text: string): Bytes => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const unbase64 = (text: string): Bytes => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

function joined(parts: Bytes[]): Bytes {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export const able = (): boolean => isSecureContext && Boolean(crypto.subtle);

export async function proved(job: string): Promise<Checked> {
  const [proof, domain] = await Promise.all([get<Nouns["JobProof"]>(`/v1/jobs/${job}/proof`), get<Nouns["Domain"]>("/v1/domain")]);
  const [text = "", lines = ""] = split(proof.checkpoint);
  const [, count = "", root = ""] = text.split("\n");
  const found = { events: proof.events, size: Number(count), root: hex(unbase64(root)), why: "" };
  if (!(await signed(text, lines, unhex(domain.public_key)))) return { ...found, why: "signature" };
  for (const one of proof.events) {
    const top = await climbed(await leaf(one.event), one.index, found.size, one.hashes.map(unhex));
    if (top !== found.root) return { ...found, why: `event ${one.index}` };
  }
  return found;
}

/** A note's text with its last newline, and its signature lines. */
function split(note: string): [string, string] {
  const at = note.lastIndexOf("\n\n");
  return [note.slice(0, at + 1), note.slice(at + 2)];
}

/** Each line: em dash, name, base64(4 bytes of key id | signature). */
async function signed(text: string, lines: string, key: Bytes): Promise<boolean> {
  const known = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
  for (const line of lines.split("\n").filter(Boolean)) {
    const signature = unbase64(line.split(" ")[2] ?? "").slice(4);
    if (signature.length === 64 && (await crypto.subtle.verify("Ed25519", known, signature, encoded(text)))) return true;
  }
  return false;
}

async function leaf(event: string): Promise<Bytes> {
  const body = encoded(event);
  const entry = body.length <= ENTRY_MOST ? body : encoded(`{"type":"large_event","size":${body.length},"sha256":"${hex(await hash(body))}"}`);
  return hash(Uint8Array.of(0), entry);
}

/** The root that a leaf and its path lead to (RFC 9162, 2.1.3.2). Indices are below 2^53, so no bit operators. */
async function climbed(start: Bytes, index: number, size: number, path: Bytes[]): Promise<string> {
  let [node, at, last] = [start, index, size - 1];
  for (const other of path) {
    if (at % 2 || at === last) {
      node = await hash(Uint8Array.of(1), other, node);
      while (at % 2 === 0 && at) [at, last] = [at / 2, Math.floor(last / 2)];
    } else {
      node = await hash(Uint8Array.of(1), node, other);
    }
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hex(node) : "";
}
