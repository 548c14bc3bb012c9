import * as vscode from 'vscode';
import { fieldsByPath } from '../../../core/batchFile/schema/requestSchema';

/** What the table knows of a field, as sentences. */
export function fieldFactsText(path: string): string[] {
  const field = fieldsByPath.get(path);
  if (field === undefined) {
    return [];
  }
  const { isRequired, lifecycle, inputs, values, min, max, maxLength, length, onlyModels, notModels, needlessFor } =
    field;
  const lifecycles = {
    deprecated: vscode.l10n.t('Deprecated.'),
    removed: vscode.l10n.t('No longer documented.'),
    earlyAccess: vscode.l10n.t('Early access: not for every organization.'),
  };
  const facts = [
    isRequired ? vscode.l10n.t('Required.') : undefined,
    lifecycle === undefined ? undefined : lifecycles[lifecycle],
    values === undefined ? undefined : vscode.l10n.t('Values: {0}.', values.join(', ')),
    field.default === undefined ? undefined : vscode.l10n.t('Default: {0}.', String(field.default)),
    rangeText(min, max),
    maxLength === undefined ? undefined : vscode.l10n.t('Up to {0} characters.', maxLength),
    length === undefined ? undefined : vscode.l10n.t('Exactly {0} items.', length),
    inputs === undefined ? undefined : vscode.l10n.t('For inputs of type {0}.', inputs.join(', ')),
    onlyModels === undefined ? undefined : vscode.l10n.t('For {0} only.', onlyModels.join(', ')),
    notModels === undefined ? undefined : vscode.l10n.t('Not for {0}.', notModels.join(', ')),
    needlessFor === undefined ? undefined : vscode.l10n.t('{0} does this automatically.', needlessFor.join(', ')),
  ];
  return facts.filter((fact) => fact !== undefined);
}

let valueMeanings: ReadonlyMap<string, string> | undefined;

/** What a value of a field means, where that is documented. */
export function valueText(path: string, value: string): string | undefined {
  // Created on first use: the language of the editor is known by then.
  valueMeanings ??= new Map(
    Object.entries({
      'payload.model=sync-3': vscode.l10n.t('The only one that accepts an image in place of a video.'),
      'payload.options.sync_mode=bounce': vscode.l10n.t(
        'A video that is too short is played back and forth; one that is too long is cropped.',
      ),
      'payload.options.sync_mode=loop': vscode.l10n.t(
        'A video that is too short is repeated; one that is too long is cropped.',
      ),
      'payload.options.sync_mode=cut_off': vscode.l10n.t(
        'Audio that is too long is trimmed; a video that is too long is cropped.',
      ),
      'payload.options.sync_mode=silence': vscode.l10n.t('Audio that is too short is filled up with silence.'),
      'payload.options.sync_mode=remap': vscode.l10n.t('The speed of the video is changed so that it fits.'),
      'payload.input[].type=video': vscode.l10n.t('The video whose lips are moved, by “url” or “assetId”.'),
      'payload.input[].type=image': vscode.l10n.t('An image in place of the video, by “url” or “assetId”.'),
      'payload.input[].type=audio': vscode.l10n.t('The sound, by “url” or “assetId”.'),
      'payload.input[].type=text': vscode.l10n.t('A text that is spoken by the voice of a “provider”.'),
    }),
  );
  return valueMeanings.get(`${path}=${value}`);
}

function rangeText(min: number | undefined, max: number | undefined): string | undefined {
  if (min !== undefined && max !== undefined) {
    return vscode.l10n.t('From {0} to {1}.', min, max);
  }
  return min === undefined ? undefined : vscode.l10n.t('{0} or more.', min);
}

let fieldMeanings: ReadonlyMap<string, string> | undefined;

/**
 * What a field means, in a sentence or two. What the table of fields knows (types, ranges, defaults, models) is not
 * repeated here.
 * @param path in the table of fields: `payload.input[].url`.
 * @returns nothing for a field that is not in it.
 */
export function fieldText(path: string): string | undefined {
  fieldMeanings ??= new Map(
    Object.entries({
      '': vscode.l10n.t('A request of a batch: one line of the file.'),
      request_id: vscode.l10n.t('Your name for the request. Unique in the file; the results repeat it.'),
      endpoint: vscode.l10n.t('What is asked for. Batches have generations only.'),
      payload: vscode.l10n.t('The request itself: what POST /v2/generate would be sent.'),
      'payload.model': vscode.l10n.t('The model that makes the video.'),
      'payload.input': vscode.l10n.t(
        'What goes in: one video (or an image, for sync-3) and at least one audio or text. Several audios or texts only with “segments”.',
      ),
      'payload.input[]': vscode.l10n.t('A video, an image, an audio, or a text that is spoken.'),
      'payload.input[].type': vscode.l10n.t('What kind of input it is.'),
      'payload.input[].url': vscode.l10n.t('Where sync.so loads the file from. This or “assetId”.'),
      'payload.input[].assetId': vscode.l10n.t('The ID of a file that was uploaded to sync.so. This or “url”.'),
      'payload.input[].refId': vscode.l10n.t('A name by which “segments” refer to this audio or text.'),
      'payload.input[].provider': vscode.l10n.t('Who speaks the text, and how.'),
      'payload.input[].provider.name': vscode.l10n.t('The service that makes the voice.'),
      'payload.input[].provider.voiceId': vscode.l10n.t('The ID of a voice of sync.so or of ElevenLabs.'),
      'payload.input[].provider.script': vscode.l10n.t('The text that is spoken.'),
      'payload.input[].provider.stability': vscode.l10n.t('How stable the voice is. The range is not documented.'),
      'payload.input[].provider.similarityBoost': vscode.l10n.t(
        'How near the voice keeps to its original. The range is not documented.',
      ),
      'payload.input[].segments_secs': vscode.l10n.t('Pairs of start and end in seconds. Use “payload.segments”.'),
      'payload.input[].segments_frames': vscode.l10n.t('Pairs of start and end in frames. Use “payload.segments”.'),
      'payload.options': vscode.l10n.t('How the video is made.'),
      'payload.options.sync_mode': vscode.l10n.t('What is done where video and audio are not equally long.'),
      'payload.options.temperature': vscode.l10n.t('How expressive the lips are.'),
      'payload.options.model_mode': vscode.l10n.t('The part of the face or head that the model changes.'),
      'payload.options.prompt': vscode.l10n.t('The emotion of the speaker.'),
      'payload.options.occlusion_detection_enabled': vscode.l10n.t(
        'Looks for things in front of the face. Takes longer.',
      ),
      'payload.options.active_speaker_detection': vscode.l10n.t('Which of several people in the picture speaks.'),
      'payload.options.active_speaker_detection.auto_detect': vscode.l10n.t(
        'Detects the active speaker automatically.',
      ),
      'payload.options.active_speaker_detection.frame_number': vscode.l10n.t(
        'The frame in which “coordinates” point at the speaker.',
      ),
      'payload.options.active_speaker_detection.coordinates': vscode.l10n.t(
        'Where the speaker is in the frame “frame_number”: [x, y].',
      ),
      'payload.options.active_speaker_detection.bounding_boxes': vscode.l10n.t(
        'Where the speaker is in each frame: [x1, y1, x2, y2], or null.',
      ),
      'payload.options.active_speaker_detection.use_v2': vscode.l10n.t('Named by newer pages, without an explanation.'),
      'payload.options.active_speaker_detection.v3': vscode.l10n.t('Named by newer pages, without an explanation.'),
      'payload.options.active_speaker_detection.face_image': vscode.l10n.t(
        'Named by newer pages, without an explanation.',
      ),
      'payload.options.reasoning_enabled': vscode.l10n.t('Named by newer pages, without an explanation.'),
      'payload.segments': vscode.l10n.t('Which part of the video has which audio.'),
      'payload.segments[]': vscode.l10n.t('A part of the video and its audio.'),
      'payload.segments[].startTime': vscode.l10n.t('Where the part begins in the video, in seconds.'),
      'payload.segments[].endTime': vscode.l10n.t('Where the part ends in the video, in seconds.'),
      'payload.segments[].audioInput': vscode.l10n.t('The audio of this part.'),
      'payload.segments[].audioInput.refId': vscode.l10n.t('The “refId” of an audio or text in “input”.'),
      'payload.segments[].audioInput.startTime': vscode.l10n.t(
        'Where the audio is cropped to begin, in seconds. Only together with “endTime”.',
      ),
      'payload.segments[].audioInput.endTime': vscode.l10n.t(
        'Where the audio is cropped to end, in seconds. Only together with “startTime”.',
      ),
      'payload.webhookUrl': vscode.l10n.t('An address that is called when this request has ended.'),
      'payload.outputFileName': vscode.l10n.t(
        'The base name of the video: letters, digits, “_” and “-”, up to 255. The ending .mp4 is added.',
      ),
      'payload.projectId': vscode.l10n.t('The project that the video belongs to. It must be one of your organization.'),
      'payload.dubParams': vscode.l10n.t(
        'Translates the sound of the video itself first. Audio inputs are then not used.',
      ),
      'payload.dialogueEdit': vscode.l10n.t(
        'Edits the speech of one video, without an audio input. All such requests in a batch must use the same video.',
      ),
    }),
  );
  return fieldMeanings.get(path);
}
