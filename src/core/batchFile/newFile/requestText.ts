import { batchEndpoint, imageModels } from '../schema/requestSchema';

/** The model for an image in place of a video, where none is asked for. */
export const [imageModel] = imageModels;

/** A new batch file. */
export interface NewFile {
  /** JSON Lines, each with LF at its end; empty where there are no requests. */
  readonly text: string;
  readonly requests: number;
}

/** One item of `payload.input`. */
export type InputItem =
  | { readonly type: 'video' | 'image' | 'audio'; readonly url: string }
  | { readonly type: 'video' | 'image' | 'audio'; readonly assetId: string }
  | {
      readonly type: 'text';
      readonly provider: { readonly name: 'elevenlabs'; readonly voiceId: string; readonly script: string };
    };

/** The part of a payload that new files are made with; what is not there is left out of the text. */
export interface NewPayload {
  readonly model: string;
  readonly input: readonly InputItem[];
  readonly options?: Record<string, unknown> | undefined;
  readonly outputFileName?: string | undefined;
  readonly projectId?: string | undefined;
  readonly webhookUrl?: string | undefined;
}

/** One line, without its end. */
export function requestText(requestId: string, payload: NewPayload): string {
  return JSON.stringify({ request_id: requestId, endpoint: batchEndpoint, payload });
}

export function newFile(lines: readonly string[]): NewFile {
  return { text: lines.map((line) => `${line}\n`).join(''), requests: lines.length };
}
