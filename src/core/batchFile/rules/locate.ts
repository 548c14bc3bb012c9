import { type Edit, type Fix, type FixKind, shorten, type Span } from './diagnostics';
import type { JsonNode, JsonProperty } from '../json/jsonParser';
import type { Path } from '../schema/requestSchema';
import type { RequestDiagnostic, RequestFix } from './requestValidator';

/** Where in a line it is that something is said about. */
export function locate(root: JsonNode, path: Path, at: RequestDiagnostic['at']): Span {
  const { node, property } = find(root, path);
  if (at !== 'value' && property !== undefined) {
    return property.key;
  }
  return at === 'object' ? { start: node.start, end: node.start + 1 } : { start: node.start, end: node.end };
}

/** A repair as replacements in the line; nothing where what it is to change is not there. */
export function fixOf(root: JsonNode, path: Path, repair: RequestFix): Fix | undefined {
  const { node, property, holder } = find(root, path);
  switch (repair.kind) {
    case 'replaceValue': {
      const text = JSON.stringify(repair.value);
      return fix('replaceValue', { span: { start: node.start, end: node.end }, text }, shorten(String(repair.value)));
    }
    case 'renameField':
      return rename(property, repair.name);
    case 'renameChild':
      return rename(propertyOf(node, repair.from), repair.name);
    case 'addField':
      return fix('addField', addition(node, repair.name, repair.value), repair.name);
    case 'removeField':
      return holder === undefined || property === undefined ? undefined : removeField(holder, property);
  }
}

/** Takes a field away, with the comma that goes with it. */
export function removeField(holder: JsonNode, property: JsonProperty): Fix {
  const index = holder.properties.indexOf(property);
  const before = holder.properties[index - 1];
  const after = holder.properties[index + 1];
  const span =
    before === undefined
      ? { start: property.key.start, end: after?.key.start ?? property.value.end }
      : { start: before.value.end, end: property.value.end };
  return fix('removeField', { span, text: '' }, shorten(property.name));
}

function rename(property: JsonProperty | undefined, name: string): Fix | undefined {
  return property && fix('renameField', { span: property.key, text: JSON.stringify(name) }, name);
}

/** The endpoint is usually written after the request ID. */
function addition(object: JsonNode, name: string, value: string): Edit {
  const text = `${JSON.stringify(name)}:${JSON.stringify(value)}`;
  const requestId = propertyOf(object, 'request_id');
  if (requestId !== undefined) {
    const { end } = requestId.value;
    return { span: { start: end, end }, text: `,${text}` };
  }
  const start = object.start + 1;
  return { span: { start, end: start }, text: object.properties.length === 0 ? text : `${text},` };
}

function fix(kind: FixKind, edit: Edit, value: string): Fix {
  return { kind, edits: [edit], value };
}

interface Found {
  readonly node: JsonNode;
  /** Where the node is the value of a field. */
  readonly property: JsonProperty | undefined;
  readonly holder: JsonNode | undefined;
}

/** The node at a place, or the one nearest to it on the way. */
function find(root: JsonNode, path: Path): Found {
  let found: Found = { node: root, property: undefined, holder: undefined };
  for (const step of path) {
    const holder = found.node;
    const property = typeof step === 'number' ? undefined : propertyOf(holder, step);
    const node = typeof step === 'number' ? holder.items[step] : property?.value;
    if (node === undefined) {
      return found;
    }
    found = { node, property, holder };
  }
  return found;
}

/** Of fields that come twice the last one counts. */
function propertyOf({ properties }: JsonNode, name: string): JsonProperty | undefined {
  return properties.findLast((each) => each.name === name);
}
