const fs = require('node:fs');
(async () => {
  let cv = require('@techstark/opencv-js');
  if (cv instanceof Promise) cv = await cv;
  else if (!cv.Mat) await new Promise((r) => (cv.onRuntimeInitialized = r));
  console.log(cv.getBuildInformation().split('\n').slice(0, 6).join('|'));
  let seed = 11;
  const rnd = () => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return (seed >>> 16) & 255;
  };
  const sizes = [
    [13, 9, 5, 4],
    [5, 4, 13, 9],
    [16, 16, 8, 8],
    [16, 16, 7, 16],
    [9, 21, 3, 7],
    [3, 3, 1, 1],
    [31, 5, 8, 11],
    [12, 8, 6, 2],
  ];
  const out = [];
  for (const [w, h, W, H] of sizes)
    for (const c of [1, 3]) {
      const px = Uint8Array.from({ length: w * h * c }, rnd);
      const m = cv.matFromArray(h, w, c === 1 ? cv.CV_8UC1 : cv.CV_8UC3, px);
      for (const [n, f] of [
        ['linear', cv.INTER_LINEAR],
        ['area', cv.INTER_AREA],
      ]) {
        const d = new cv.Mat();
        cv.resize(m, d, new cv.Size(W, H), 0, 0, f);
        out.push([
          n,
          w,
          h,
          c,
          W,
          H,
          Buffer.from(px).toString('base64'),
          Buffer.from(d.data).toString('base64'),
        ]);
        d.delete();
      }
    }
  fs.writeFileSync('cases.json', JSON.stringify(out));
  console.log(out.length);
  process.exit(0);
})();
