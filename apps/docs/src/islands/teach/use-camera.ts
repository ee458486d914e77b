import { useEffect, useRef, useState } from 'preact/hooks';

/** Longer side of a recorded picture in pixels: as much as these networks see, with room to crop. */
const side = 320;

/** The camera, while it is on. Its pictures stay in the page. */
export function useCamera() {
  const video = useRef<HTMLVideoElement>(null);
  const [stream, setStream] = useState<MediaStream>();
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    if (stream === undefined || video.current === null) return;
    video.current.srcObject = stream;
    void video.current.play();
    return () => {
      for (const track of stream.getTracks()) track.stop();
    };
  }, [stream]);
  const open = async () => {
    setFailure(undefined);
    try {
      if (navigator.mediaDevices === undefined) throw new Error('the page is not served securely');
      setStream(await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 } }));
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    }
  };
  /** What it sees now; nothing while it has no picture yet. */
  const picture = (): Promise<Blob | null> => {
    const from = video.current;
    if (from === null || from.videoWidth === 0) return Promise.resolve(null);
    const scale = Math.min(1, side / Math.max(from.videoWidth, from.videoHeight));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(from.videoWidth * scale);
    canvas.height = Math.round(from.videoHeight * scale);
    canvas.getContext('2d')!.drawImage(from, 0, 0, canvas.width, canvas.height);
    return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.92));
  };
  return { video, isOpen: stream !== undefined, failure, open, close: () => setStream(undefined), picture };
}
