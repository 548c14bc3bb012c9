import { isRecord } from '../../common/json';
import { type Field, fieldsByPath, imageModels, type InputType, knownModels, type Path } from '../schema/requestSchema';
import { knownInputType, type RequestValidator } from './requestValidator';

type JsonObject = Readonly<Record<string, unknown>>;

/** What the fields of a payload have to do with each other. What each is by itself is looked at elsewhere. */
export function checkPayload(payload: JsonObject, validator: RequestValidator): void {
  const { model, input, options, segments } = payload;
  if (isRecord(options) && typeof model === 'string') {
    checkOptions(options, model, validator);
  }
  if (!Array.isArray(input)) {
    return;
  }
  const items = input.map(inputItem);
  const hasSegments = Array.isArray(segments) && segments.length > 0;
  checkVisuals(items, model, validator);
  checkSounds(items, payload, hasSegments, validator);
  checkSources(items, validator);
  if (hasSegments) {
    checkSegments(segments, items, validator);
  }
}

interface InputItem {
  readonly index: number;
  readonly value: unknown;
  /** Undefined if it is missing or unknown. */
  readonly type: InputType | undefined;
}

function inputItem(value: unknown, index: number): InputItem {
  const type = isRecord(value) ? knownInputType(value['type']) : undefined;
  return { index, value, type };
}

const inputPath: Path = ['payload', 'input'];
const pathOf = ({ index }: InputItem): Path => [...inputPath, index];
const typePathOf = (item: InputItem): Path => [...pathOf(item), 'type'];
const optionFields = fieldsByPath.get('payload.options')?.fields ?? new Map<string, Field>();

function checkOptions(options: JsonObject, model: string, validator: RequestValidator): void {
  for (const name in options) {
    const field = optionFields.get(name);
    if (field === undefined) {
      continue;
    }
    const { onlyModels, notModels, needlessFor } = field;
    const value = options[name];
    const isOther = onlyModels !== undefined && isDocumented(model) && !onlyModels.includes(model);
    if (value !== null && (isOther || notModels?.includes(model))) {
      validator.add('optionNotForModel', ['payload', 'options', name], {
        at: 'key',
        value: name,
        other: model,
        ...(onlyModels && { expected: onlyModels }),
        fixes: [{ kind: 'removeField' }],
      });
    } else if (value === true && needlessFor?.includes(model)) {
      validator.add('needlessOption', ['payload', 'options', name], { at: 'key', value: name, other: model });
    }
  }
}

/** A model of which it is documented what it takes. One that only the account has may take anything. */
function isDocumented(model: string): boolean {
  return knownModels.includes(model);
}

function checkVisuals(items: readonly InputItem[], model: unknown, validator: RequestValidator): void {
  const visuals = items.filter(({ type }) => type === 'video' || type === 'image');
  const [first, second] = visuals;
  if (first === undefined && items.every(({ type }) => type !== undefined)) {
    validator.add('missingVisual', inputPath, { at: 'object', expected: ['video', 'image'] });
  }
  if (second !== undefined) {
    validator.add('severalVisuals', typePathOf(second), { count: visuals.length, value: second.type ?? '' });
  }
  if (typeof model === 'string' && isDocumented(model) && !imageModels.includes(model)) {
    for (const item of visuals) {
      if (item.type === 'image') {
        validator.add('imageNotForModel', typePathOf(item), { value: item.type, other: model, expected: imageModels });
      }
    }
  }
}

function checkSounds(
  items: readonly InputItem[],
  payload: JsonObject,
  hasSegments: boolean,
  validator: RequestValidator,
): void {
  const sounds = items.filter(({ type }) => type === 'audio' || type === 'text');
  const [first, second] = sounds;
  const hasOwnSound = isThere(payload['dubParams']) || isThere(payload['dialogueEdit']);
  if (first === undefined) {
    if (!hasOwnSound && items.every(({ type }) => type !== undefined)) {
      validator.add('missingSound', inputPath, { at: 'object', expected: ['audio', 'text'] });
    }
    return;
  }
  if (isThere(payload['dialogueEdit'])) {
    validator.add('soundWithDialogueEdit', typePathOf(first), { value: first.type ?? '' });
  } else if (isThere(payload['dubParams'])) {
    validator.add('soundIgnored', typePathOf(first), { value: first.type ?? '', other: 'payload.dubParams' });
  } else if (second !== undefined && !hasSegments) {
    // Documented of audios; that it is so of texts, too, is likely.
    const audios = sounds.filter(({ type }) => type === 'audio');
    const [, audio] = audios;
    if (audio !== undefined) {
      validator.add('severalSounds', typePathOf(audio), { count: audios.length, value: 'audio' });
    } else {
      validator.add('soundsWithText', typePathOf(second), { count: sounds.length, value: second.type ?? '' });
    }
  }
}

const isThere = (value: unknown): boolean => value !== undefined && value !== null;
/** What is empty is told of by itself. */
const isFilled = (value: unknown): boolean => isThere(value) && value !== '';

function checkSources(items: readonly InputItem[], validator: RequestValidator): void {
  for (const item of items) {
    const { value, type } = item;
    if (!isRecord(value) || type === undefined) {
      continue;
    }
    if (type === 'text') {
      if (!isThere(value['provider'])) {
        const field = 'payload.input[].provider';
        validator.add('missingField', pathOf(item), { at: 'object', value: 'provider', field });
      }
      continue;
    }
    const hasUrl = isFilled(value['url']);
    const hasAsset = isFilled(value['assetId']);
    if (!hasUrl && !hasAsset) {
      validator.add('missingSource', pathOf(item), { at: 'object', value: type, expected: ['url', 'assetId'] });
    } else if (hasUrl && hasAsset) {
      validator.add('severalSources', [...pathOf(item), 'assetId'], { at: 'key', value: 'assetId', other: 'url' });
    }
  }
}

interface SegmentTimes {
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

function checkSegments(segments: readonly unknown[], items: readonly InputItem[], validator: RequestValidator): void {
  const refIds = collectRefIds(items, validator);
  let known: readonly string[] | undefined;
  const used = new Set<string>();
  const times: SegmentTimes[] = [];
  segments.forEach((segment, index) => {
    if (!isRecord(segment)) {
      return;
    }
    const path: Path = ['payload', 'segments', index];
    const range = checkTimes(segment, path, validator);
    if (range !== undefined) {
      times.push({ index, ...range });
    }
    const { audioInput } = segment;
    if (isRecord(audioInput)) {
      const audioPath = [...path, 'audioInput'];
      checkTimes(audioInput, audioPath, validator);
      checkPair(audioInput, audioPath, validator);
      const { refId } = audioInput;
      if (typeof refId === 'string' && refId !== '') {
        used.add(refId);
        if (!refIds.has(refId)) {
          known ??= [...refIds.keys()].slice(0, 20);
          validator.add('unknownRefId', [...audioPath, 'refId'], { value: refId, expected: known });
        }
      }
    }
  });
  for (const [refId, path] of refIds) {
    if (!used.has(refId)) {
      validator.add('unusedRefId', [...path, 'refId'], { value: refId });
    }
  }
  checkOverlaps(times, validator);
}

/** The IDs by which segments name their audio, with the first item that has each. */
function collectRefIds(items: readonly InputItem[], validator: RequestValidator): Map<string, Path> {
  const refIds = new Map<string, Path>();
  for (const item of items) {
    const { type, value } = item;
    if (!isRecord(value) || (type !== 'audio' && type !== 'text')) {
      continue;
    }
    const { refId } = value;
    if (!isFilled(refId)) {
      validator.add('missingRefId', pathOf(item), { at: 'object', value: type });
    } else if (typeof refId === 'string') {
      if (refIds.has(refId)) {
        validator.add('duplicateRefId', [...pathOf(item), 'refId'], { value: refId });
      } else {
        refIds.set(refId, pathOf(item));
      }
    }
  }
  return refIds;
}

function checkTimes(
  { startTime: start, endTime: end }: JsonObject,
  path: Path,
  validator: RequestValidator,
): { start: number; end: number } | undefined {
  if (typeof start !== 'number' || typeof end !== 'number') {
    return undefined;
  }
  if (end <= start) {
    validator.add('emptyTimeRange', [...path, 'endTime'], { value: String(end), other: String(start) });
    return undefined;
  }
  return { start, end };
}

function checkPair(audioInput: JsonObject, path: Path, validator: RequestValidator): void {
  const hasStart = isThere(audioInput['startTime']);
  if (hasStart !== isThere(audioInput['endTime'])) {
    const [there, missing] = hasStart ? ['startTime', 'endTime'] : ['endTime', 'startTime'];
    validator.add('unpairedTimes', [...path, there], { at: 'key', value: there, other: missing });
  }
}

function checkOverlaps(times: readonly SegmentTimes[], validator: RequestValidator): void {
  let latest: SegmentTimes | undefined;
  for (const each of [...times].sort((a, b) => a.start - b.start || a.index - b.index)) {
    if (latest !== undefined && each.start < latest.end) {
      validator.add('overlappingSegments', ['payload', 'segments', each.index, 'startTime'], {
        value: String(each.start),
        other: `payload.segments[${latest.index}]`,
      });
    }
    if (latest === undefined || each.end > latest.end) {
      latest = each;
    }
  }
}
