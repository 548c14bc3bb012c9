import { type Edit, type Fix, type FixKind, shorten, type Span } from './diagnostics';
import type { JsonNode, JsonProperty } from '../json/jsonParser';
import type { Path } from '../schema/requestSchema';
import type { RequestDiagnostic, RequestFix } from './requestValidator';

/** The position of a diagnostic in a line. */
export function locate(root: JsonNode, path: Path, at: RequestDiagnostic['at']): Span {
  const { node, property } = find(root, path);
  if (at !== 'value' && property !== undefined) {
    return property.key;
  }
  return at === 'object' ? { start: node.start, end: node.start + 1 } : { start: node.start, end: node.end };
}

/**
 * Turns a fix of a request into edits of the line.
 * @returns undefined if the line does not have the field to change.
 */
export function fixOf(root: JsonNode, path: Path, requestFix: RequestFix): Fix | undefined {
  const { node, property, parent } = find(root, path);
  switch (requestFix.kind) {
    case 'replaceValue': {
      const { value } = requestFix;
      const span = { start: node.start, end: node.end };
      return createFix('replaceValue', { span, text: JSON.stringify(value) }, shorten(String(value)));
    }
    case 'renameField':
      return rename(property, requestFix.name);
    case 'renameChild':
      return rename(propertyOf(node, requestFix.from), requestFix.name);
    case 'addField':
      return createFix('addField', addition(node, requestFix.name, requestFix.value), requestFix.name);
    case 'removeField':
      return parent === undefined || property === undefined ? undefined : removeField(parent, property);
  }
}

/** Removes a field and one comma. */
export function removeField(parent: JsonNode, property: JsonProperty): Fix {
  const index = parent.properties.indexOf(property);
  const before = parent.properties[index - 1];
  const after = parent.properties[index + 1];
  const span =
    before === undefined
      ? { start: property.key.start, end: after?.key.start ?? property.value.end }
      : { start: before.value.end, end: property.value.end };
  return createFix('removeField', { span, text: '' }, shorten(property.name));
}

function rename(property: JsonProperty | undefined, name: string): Fix | undefined {
  return property && createFix('renameField', { span: property.key, text: JSON.stringify(name) }, name);
}

/** Adds a field after the request ID, where the endpoint usually is, or at the start of the object. */
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

function createFix(kind: FixKind, edit: Edit, value: string): Fix {
  return { kind, edits: [edit], value };
}

interface Found {
  readonly node: JsonNode;
  /** Set if the node is the value of a field. */
  readonly property: JsonProperty | undefined;
  readonly parent: JsonNode | undefined;
}

/** Finds the node at a path, or the last node on the way to it. */
function find(root: JsonNode, path: Path): Found {
  let found: Found = { node: root, property: undefined, parent: undefined };
  for (const step of path) {
    const parent = found.node;
    const property = typeof step === 'number' ? undefined : propertyOf(parent, step);
    const node = typeof step === 'number' ? parent.items[step] : property?.value;
    if (node === undefined) {
      return found;
    }
    found = { node, property, parent };
  }
  return found;
}

/** The last of several fields with the same name, because JSON.parse uses that one. */
function propertyOf({ properties }: JsonNode, name: string): JsonProperty | undefined {
  return properties.findLast((each) => each.name === name);
}
