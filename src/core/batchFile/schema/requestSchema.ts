/**
 * The schema of one line of a batch file: `request_id`, `endpoint` and the `payload` of `POST /v2/generate`. Validation,
 * completion and hovers use it. It has no UI texts.
 *
 * Sources: the official client declares names, types and required fields. Only newer pages of the documentation name
 * `image`, `projectId`, `dubParams`, `dialogueEdit` and some options. Inferred facts are marked.
 */

export type FieldType = 'string' | 'number' | 'boolean' | 'object' | 'array' | 'null';

/** The kinds of input (documented; images for `sync-3` only). */
export const inputTypes = ['video', 'image', 'audio', 'text'] as const;
export type InputType = (typeof inputTypes)[number];

/** The documented models. An account may have others: those of `GET /v2/models`. */
export const knownModels: readonly string[] = ['lipsync-2', 'lipsync-2-pro', 'lipsync-1.9.0-beta', 'react-1', 'sync-3'];

/** The models that accept an image instead of a video (documented). */
export const imageModels: readonly [string, ...string[]] = ['sync-3'];

/** The only endpoint for requests of a batch (documented). */
export const batchEndpoint = '/v2/generate';

/** What validation knows about the account. */
export interface ValidationContext {
  readonly models: readonly string[];
}

export const defaultValidationContext: ValidationContext = { models: knownModels };

/** The format of a string. */
export type TextFormat = 'requestId' | 'endpoint' | 'model' | 'mediaUrl' | 'webhookUrl' | 'outputFileName' | 'uuid';

/** The facts about a field. */
export interface FieldFacts {
  readonly types: readonly FieldType[];
  readonly isRequired?: true;
  readonly format?: TextFormat;
  /** The known values. The API may have newer ones. */
  readonly values?: readonly string[];
  readonly default?: string | number | boolean;
  readonly min?: number;
  readonly max?: number;
  /** The range is not documented. */
  readonly isRangeInferred?: true;
  readonly isInteger?: true;
  /** The maximum length of a string in characters. */
  readonly maxLength?: number;
  /** The exact number of items of an array. */
  readonly length?: number;
  /** For a field of an item of `input`: the types of input that have it. */
  readonly inputs?: readonly InputType[];
  /** Only these models use it. */
  readonly onlyModels?: readonly string[];
  /** These models don't use it. */
  readonly notModels?: readonly string[];
  /** These models always do what the option asks for. */
  readonly needlessFor?: readonly string[];
  /** `removed`: no longer documented. `earlyAccess`: not for every organization. */
  readonly lifecycle?: 'deprecated' | 'removed' | 'earlyAccess';
  /** The fields of an object. If undefined, the object can have any fields. */
  readonly fields?: Readonly<Record<string, FieldFacts>>;
  /** The items of an array. */
  readonly items?: FieldFacts;
}

/** A field of the schema and its path. */
export interface Field extends Omit<FieldFacts, 'fields' | 'items'> {
  /** The name in its object; `[]` for the items of an array. */
  readonly name: string;
  /** `payload.input[].url`; empty for the line itself. */
  readonly path: string;
  readonly fields: ReadonlyMap<string, Field> | undefined;
  /** The names of the required fields. */
  readonly required: readonly string[];
  readonly items: Field | undefined;
}

/** The types of a field whose type is not documented. */
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

/** The facts that any field has. */
const factNames = [...new Set(factNamesIn(request))];

/** The root of the schema: the line itself. */
export const requestField: Field = compile('', '', request);

/** All fields by their path in the schema, such as `payload.input[].url`, in the order in which users write them. */
export const fieldsByPath: ReadonlyMap<string, Field> = new Map(listed(requestField).map((each) => [each.path, each]));

/** A path in a line: field names and item indexes. */
export type Path = readonly (string | number)[];

/** Formats a path: `payload.input[0].url`. */
export function pathText(path: Path): string {
  return path.reduce<string>(withStep, '');
}

/** Appends one step to a formatted path. */
export function withStep(text: string, step: string | number): string {
  if (typeof step === 'number') {
    return `${text}[${step}]`;
  }
  return text === '' ? step : `${text}.${step}`;
}

function compile(name: string, path: string, facts: FieldFacts): Field {
  const { fields, items } = facts;
  const entries = Object.entries(fields ?? {});
  const prefix = path === '' ? '' : `${path}.`;
  return {
    name,
    path,
    fields: fields && new Map(entries.map(([each, its]) => [each, compile(each, `${prefix}${each}`, its)])),
    required: entries.filter(([, { isRequired }]) => isRequired).map(([each]) => each),
    items: items && compile('[]', `${path}[]`, items),
    // The same properties in the same order, so that V8 gives all fields one shape. It reads objects of many shapes slowly.
    ...(Object.fromEntries(factNames.map((each) => [each, facts[each]])) as Omit<FieldFacts, 'fields' | 'items'>),
  };
}

function factNamesIn({ fields = {}, items, ...facts }: FieldFacts): (keyof typeof facts)[] {
  const below = [...Object.values(fields), ...(items ? [items] : [])];
  return [...(Object.keys(facts) as (keyof typeof facts)[]), ...below.flatMap(factNamesIn)];
}

function listed(field: Field): Field[] {
  const below = [...(field.fields?.values() ?? []), ...(field.items ? [field.items] : [])];
  return [...(field.path === '' ? [] : [field]), ...below.flatMap(listed)];
}
