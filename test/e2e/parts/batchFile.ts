import * as fs from 'node:fs';
import * as path from 'node:path';

/** A request as a line of a batch file. */
export function requestLine(number: number, more: Readonly<Record<string, unknown>> = {}): string {
  const id = `episode-${String(number).padStart(4, '0')}`;
  const input = [
    { type: 'video', url: `https://media.example.com/${id}.mp4` },
    { type: 'audio', url: `https://media.example.com/${id}.wav` },
  ];
  return JSON.stringify({
    request_id: id,
    endpoint: '/v2/generate',
    payload: { model: 'lipsync-2', input },
    ...more,
  });
}

/** Writes a batch file into a folder. Returns its text. */
export function writeBatchFile(folder: string, name: string, lines: readonly string[]): string {
  const text = lines.map((line) => `${line}\n`).join('');
  fs.writeFileSync(path.join(folder, name), text);
  return text;
}

/** A file of so many requests, in which nothing is wrong. */
export function goodLines(count: number): string[] {
  return Array.from({ length: count }, (_, index) => requestLine(index + 1));
}
