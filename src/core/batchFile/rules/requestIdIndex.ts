/** Something that stands in a line; the numbers change, their order never does. */
interface InLine {
  readonly line: number;
}

/** Which lines have which request ID, and which of them is the first. */
export class RequestIdIndex<L extends InLine> {
  /** Most IDs have one line, and no group for it. */
  private readonly groups = new Map<string, L | Group<L>>();
  /** Lines whose ID an earlier line has. */
  repeated = 0;

  add(requestId: string, line: L): void {
    const known = this.groups.get(requestId);
    if (known === undefined) {
      this.groups.set(requestId, line);
      return;
    }
    this.repeated += 1;
    if (known instanceof Group) {
      known.add(line);
    } else {
      this.groups.set(requestId, new Group(known, line));
    }
  }

  remove(requestId: string, line: L): void {
    const known = this.groups.get(requestId);
    if (!(known instanceof Group)) {
      this.groups.delete(requestId);
      return;
    }
    this.repeated -= 1;
    known.delete(line);
    const only = known.only;
    if (only !== undefined) {
      this.groups.set(requestId, only);
    }
  }

  /** The first line that has the ID, unless that is this very line. */
  firstOther(requestId: string, line: L): L | undefined {
    const known = this.groups.get(requestId);
    const first = known instanceof Group ? known.first : known;
    return first === line ? undefined : first;
  }
}

/** The lines of one ID. The first is looked for only when it was taken away, since edits keep the order of the others. */
class Group<L extends InLine> {
  private readonly lines: Set<L>;
  private known: L | undefined;

  constructor(...lines: readonly L[]) {
    this.lines = new Set(lines);
  }

  add(line: L): void {
    this.lines.add(line);
    if (this.known !== undefined && line.line < this.known.line) {
      this.known = line;
    }
  }

  delete(line: L): void {
    this.lines.delete(line);
    if (this.known === line) {
      this.known = undefined;
    }
  }

  get first(): L | undefined {
    if (this.known === undefined) {
      for (const line of this.lines) {
        if (this.known === undefined || line.line < this.known.line) {
          this.known = line;
        }
      }
    }
    return this.known;
  }

  /** The one line where only one is left. */
  get only(): L | undefined {
    // To look at the first of many takes long where those before it were deleted.
    if (this.lines.size !== 1) {
      return undefined;
    }
    const [line] = this.lines;
    return line;
  }
}
