/** Texts of requests, as users write them. */

export const video = '{"type":"video","url":"https://media.example.com/ep1.mp4"}';
export const audio = '{"type":"audio","url":"https://media.example.com/ep1-de.wav"}';
export const speech = '{"type":"text","provider":{"name":"elevenlabs","voiceId":"v1","script":"Guten Tag"}}';

/** A line with such a payload. */
export const line = (payload: string, requestId = 'r-1'): string =>
  `{"request_id":"${requestId}","endpoint":"/v2/generate","payload":${payload}}`;

/** A payload with such inputs, and more fields. */
export const payload = (inputs: readonly string[] = [video, audio], more = '', model = 'lipsync-2'): string =>
  `{"model":"${model}","input":[${inputs.join(',')}]${more}}`;

export const sound = line(payload());

/** The vendor's own form of a file: one video dubbed into many languages. */
export const exampleFile = Array.from({ length: 20 }, (_, index) =>
  line(
    payload([
      `{"type":"video","url":"https://media.example.com/episodes/ep${index}.mp4"}`,
      `{"type":"audio","url":"https://media.example.com/episodes/ep${index}-de.wav?sig=a%2Fb"}`,
    ]),
    `ep${index}-de`,
  ),
);
