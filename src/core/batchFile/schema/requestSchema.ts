/**
 * The format of one line of a batch file: `request_id`, `endpoint` and the `payload` of `POST /v2/generate`. One table,
 * from which lines are checked and completed, and their fields explained. It holds facts only, no sentences.
 *
 * Sources: names, types and what is required are declared by the official client; `image`, `projectId`, `dubParams`,
 * `dialogueEdit` and some options only by newer pages of the documentation. What is inferred is marked so.
 */

export type FieldType = 'string' | 'number' | 'boolean' | 'object' | 'array' | 'null';

/** The kinds of input (documented; images for `sync-3` only). */
export const inputTypes = ['video', 'image', 'audio', 'text'] as const;
export type InputType = (typeof inputTypes)[number];

/** The documented models. An account may have others: those of `GET /v2/models`. */
export const knownModels: readonly string[] = ['lipsync-2', 'lipsync-2-pro', 'lipsync-1.9.0-beta', 'react-1', 'sync-3'];

/** The models that take an image in place of a video (documented). */
export const imageModels: readonly [string, ...string[]] = ['sync-3'];

/** The one endpoint that a request of a batch may name (documented). */
export const batchEndpoint = '/v2/generate';

/** What is known of the account that the file is for. */
export interface ValidationContext {
  readonly models: readonly string[];
}

export const defaultValidationContext: ValidationContext = { models: knownModels };

/** What a text has to look like. */
export type TextFormat = 'requestId' | 'endpoint' | 'model' | 'mediaUrl' | 'webhookUrl' | 'outputFileName' | 'uuid';

/** The facts about a field as they are written down below. */
export interface FieldFacts {
  readonly types: readonly FieldType[];
  readonly isRequired?: true;
  readonly format?: TextFormat;
  /** The known values. Others may be newer than this table. */
  readonly values?: readonly string[];
  readonly default?: string | number | boolean;
  readonly min?: number;
  readonly max?: number;
  /** The range is not documented. */
  readonly isRangeInferred?: true;
  readonly isInteger?: true;
  /** A text may have so many characters. */
  readonly maxLength?: number;
  /** An array must have exactly so many items. */
  readonly length?: number;
  /** Of an item of `input`: the kinds of input that have this field. */
  readonly inputs?: readonly InputType[];
  /** Only these models use it. */
  readonly onlyModels?: readonly string[];
  /** These models don't use it. */
  readonly notModels?: readonly string[];
  /** These models do by themselves what it asks for. */
  readonly needlessFor?: readonly string[];
  /** `removed`: was documented once and is no longer. `earlyAccess`: not for every organization. */
  readonly lifecycle?: 'deprecated' | 'removed' | 'earlyAccess';
  /** The fields of an object. Without them an object may have any. */
  readonly fields?: Readonly<Record<string, FieldFacts>>;
  /** The items of an array. */
  readonly items?: FieldFacts;
}

type Uniform<T> = { readonly [K in keyof T]-?: T[K] | undefined };

/**
 * A field of the table, with its place in it. All fields have all properties, in the same order: so the engine accepts them
 * for objects of one kind, which makes checking several times as fast.
 */
export interface Field extends Uniform<Omit<FieldFacts, 'types' | 'fields' | 'items'>> {
  /** Its name in its object; `[]` for the items of an array. */
  readonly name: string;
  /** `payload.input[].url`; empty for the line itself. */
  readonly path: string;
  readonly types: readonly FieldType[];
  /** The same types, each looked up without a search: every value of a file is held against them. */
  readonly accepts: Readonly<Record<FieldType, boolean>>;
  readonly fields: ReadonlyMap<string, Field> | undefined;
  /** The names of those that must be there. */
  readonly required: readonly string[];
  readonly items: Field | undefined;
}

/** Of a field whose type is not documented. */
export const anyType: readonly FieldType[] = ['boolean', 'string', 'number', 'object', 'array', 'null'];

const removed: FieldFacts = { types: anyType, lifecycle: 'removed' };
const numbers = (length: number): FieldFacts => ({ types: ['array'], length, items: { types: ['number'] } });
const seconds: FieldFacts = { types: ['number'], min: 0, isRangeInferred: true };
const requiredSeconds: FieldFacts = { ...seconds, isRequired: true };
const soundInputs: readonly InputType[] = ['audio', 'text'];
const mediaInputs: readonly InputType[] = ['video', 'image', 'audio'];

const inputItem: FieldFacts = {
  types: ['object'],
  fields: {
    type: { types: ['string'], isRequired: true, values: inputTypes },
    url: { types: ['string'], format: 'mediaUrl', inputs: mediaInputs },
    assetId: { types: ['string'], inputs: mediaInputs },
    refId: { types: ['string'], inputs: soundInputs },
    provider: {
      types: ['object'],
      inputs: ['text'],
      fields: {
        name: { types: ['string'], isRequired: true, values: ['elevenlabs'] },
        voiceId: { types: ['string'], isRequired: true },
        // Documented as under 5,000 in one place and as refused over 5,000 (generation_text_length_exceeded) in another.
        script: { types: ['string'], isRequired: true, maxLength: 5000 },
        stability: { types: ['number'], min: 0, max: 1, isRangeInferred: true },
        similarityBoost: { types: ['number'], min: 0, max: 1, isRangeInferred: true },
      },
    },
    segments_secs: { types: ['array'], inputs: ['video'], lifecycle: 'deprecated', items: numbers(2) },
    segments_frames: { types: ['array'], inputs: ['video'], lifecycle: 'deprecated', items: numbers(2) },
  },
};

const options: FieldFacts = {
  types: ['object'],
  fields: {
    sync_mode: { types: ['string'], values: ['bounce', 'loop', 'cut_off', 'silence', 'remap'] },
    temperature: { types: ['number', 'null'], min: 0, max: 1, default: 0.5, notModels: ['sync-3'] },
    model_mode: { types: ['string'], values: ['lips', 'face', 'head'], default: 'face', onlyModels: ['react-1'] },
    prompt: {
      types: ['string'],
      values: ['happy', 'sad', 'angry', 'disgusted', 'surprised', 'neutral'],
      onlyModels: ['react-1'],
    },
    occlusion_detection_enabled: { types: ['boolean'], needlessFor: ['sync-3'] },
    active_speaker_detection: {
      types: ['object', 'boolean'],
      fields: {
        auto_detect: { types: ['boolean'] },
        frame_number: { types: ['number'], min: 0, isInteger: true },
        coordinates: numbers(2),
        bounding_boxes: {
          types: ['array'],
          items: { types: ['array', 'null'], length: 4, items: { types: ['number'] } },
        },
        // Named by newer pages without their types.
        use_v2: { types: anyType },
        v3: { types: anyType },
        face_image: { types: anyType },
      },
    },
    reasoning_enabled: { types: ['boolean'] },
    pads: removed,
    speedup: removed,
    output_format: removed,
    fps: removed,
    output_resolution: removed,
    active_speaker: removed,
  },
};

const segment: FieldFacts = {
  types: ['object'],
  fields: {
    startTime: requiredSeconds,
    endTime: requiredSeconds,
    audioInput: {
      types: ['object'],
      isRequired: true,
      fields: { refId: { types: ['string'], isRequired: true }, startTime: seconds, endTime: seconds },
    },
  },
};

const request: FieldFacts = {
  types: ['object'],
  fields: {
    request_id: { types: ['string'], isRequired: true, format: 'requestId' },
    endpoint: { types: ['string'], isRequired: true, format: 'endpoint', values: [batchEndpoint] },
    payload: {
      types: ['object'],
      isRequired: true,
      fields: {
        model: { types: ['string'], isRequired: true, format: 'model' },
        input: { types: ['array'], isRequired: true, items: inputItem },
        options,
        segments: { types: ['array'], items: segment },
        webhookUrl: { types: ['string'], format: 'webhookUrl' },
        outputFileName: { types: ['string'], format: 'outputFileName' },
        projectId: { types: ['string'], format: 'uuid' },
        dubParams: { types: ['object'] },
        dialogueEdit: { types: ['object'], lifecycle: 'earlyAccess' },
      },
    },
  },
};

/** The line itself, from which all fields can be reached. */
export const requestField: Field = compile('', '', request);

/** All fields by their path in the table, `payload.input[].url`, in the order in which they are usually written. */
export const fieldsByPath: ReadonlyMap<string, Field> = new Map(listed(requestField).map((each) => [each.path, each]));

/** A place in a line: names of fields and indexes of items. */
export type Path = readonly (string | number)[];

/** The field that stands at a place, where the table knows it. */
export function fieldAtPath(path: Path): Field | undefined {
  let field: Field | undefined = requestField;
  for (const step of path) {
    field = typeof step === 'number' ? field?.items : field?.fields?.get(step);
  }
  return field;
}

/** A place as it is shown: `payload.input[0].url`. */
export function pathText(path: Path): string {
  return path.reduce<string>(withStep, '');
}

/** The place one step further down. */
export function withStep(text: string, step: string | number): string {
  if (typeof step === 'number') {
    return `${text}[${step}]`;
  }
  return text === '' ? step : `${text}.${step}`;
}

function compile(name: string, path: string, facts: FieldFacts): Field {
  const { fields, items } = facts;
  const names = Object.entries(fields ?? {});
  const accepts = (type: FieldType): boolean => facts.types.includes(type);
  const prefix = path === '' ? '' : `${path}.`;
  return {
    name,
    path,
    types: facts.types,
    accepts: {
      string: accepts('string'),
      number: accepts('number'),
      boolean: accepts('boolean'),
      object: accepts('object'),
      array: accepts('array'),
      null: accepts('null'),
    },
    fields: fields && new Map(names.map(([each, its]) => [each, compile(each, `${prefix}${each}`, its)])),
    required: names.filter(([, { isRequired }]) => isRequired).map(([each]) => each),
    items: items && compile('[]', `${path}[]`, items),
    isRequired: facts.isRequired,
    format: facts.format,
    values: facts.values,
    default: facts.default,
    min: facts.min,
    max: facts.max,
    isRangeInferred: facts.isRangeInferred,
    isInteger: facts.isInteger,
    maxLength: facts.maxLength,
    length: facts.length,
    inputs: facts.inputs,
    onlyModels: facts.onlyModels,
    notModels: facts.notModels,
    needlessFor: facts.needlessFor,
    lifecycle: facts.lifecycle,
  };
}

function listed(field: Field): Field[] {
  const below = [...(field.fields?.values() ?? []), ...(field.items ? [field.items] : [])];
  return [...(field.path === '' ? [] : [field]), ...below.flatMap(listed)];
}
