// How alike two pictures are, for benches. Pictures are { width, height, data } with four bytes a pixel.

/** The picture made small, by averages of areas. */
export function small(picture, width, height) {
  const [sx, sy] = [width / picture.width, height / picture.height];
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [x0, x1] = [Math.floor(x / sx), Math.max(Math.floor((x + 1) / sx), Math.floor(x / sx) + 1)];
      const [y0, y1] = [Math.floor(y / sy), Math.max(Math.floor((y + 1) / sy), Math.floor(y / sy) + 1)];
      const sum = [0, 0, 0];
      let count = 0;
      for (let v = y0; v < Math.min(y1, picture.height); v++) {
        for (let u = x0; u < Math.min(x1, picture.width); u++, count++) {
          for (let c = 0; c < 3; c++) sum[c] += picture.data[(v * picture.width + u) * 4 + c];
        }
      }
      data.set([...sum.map((value) => value / count), 255], (y * width + x) * 4);
    }
  }
  return { width, height, data };
}

/** The same with a longest side. */
export function fitted(picture, longest) {
  const scale = longest / Math.max(picture.width, picture.height);
  return small(picture, Math.round(picture.width * scale), Math.round(picture.height * scale));
}

/** Structural similarity of the brightness over windows of 8 x 8 at every fourth pixel. */
export function ssim(a, b) {
  const luma = ({ data }) => Float64Array.from({ length: data.length / 4 }, (_, i) =>
    0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2]);
  const [p, q] = [luma(a), luma(b)];
  let [total, windows] = [0, 0];
  for (let y = 0; y + 8 <= a.height; y += 4) {
    for (let x = 0; x + 8 <= a.width; x += 4, windows++) {
      let [sp, sq, spp, sqq, spq] = [0, 0, 0, 0, 0];
      for (let v = y; v < y + 8; v++) {
        for (let u = x; u < x + 8; u++) {
          const [m, n] = [p[v * a.width + u], q[v * a.width + u]];
          sp += m; sq += n; spp += m * m; sqq += n * n; spq += m * n;
        }
      }
      const [mp, mq] = [sp / 64, sq / 64];
      const [vp, vq, cov] = [spp / 64 - mp * mp, sqq / 64 - mq * mq, spq / 64 - mp * mq];
      total += ((2 * mp * mq + 6.5025) * (2 * cov + 58.5225)) / ((mp * mp + mq * mq + 6.5025) * (vp + vq + 58.5225));
    }
  }
  return total / windows;
}

/** The middle one of some numbers. */
