import { newFile, requestText, type NewFile } from './requestText';

/**
 * A file to start from: requests `request-001` and so on, each with its own video and audio URL to replace. The
 * URLs lead nowhere: `example.com` is kept for examples (RFC 2606).
 * @param count the fewest lines of a batch (documented) unless told otherwise.
 */
export function templateLines(count = 20, model = 'lipsync-2'): NewFile {
  const digits = Math.max(3, String(count).length);
  const lines = Array.from({ length: count }, (_, index) => {
    const number = String(index + 1).padStart(digits, '0');
    return requestText(`request-${number}`, {
      model,
      input: [
        { type: 'video', url: `https://media.example.com/video-${number}.mp4` },
        { type: 'audio', url: `https://media.example.com/audio-${number}.wav` },
      ],
    });
  });
  return newFile(lines);
}
