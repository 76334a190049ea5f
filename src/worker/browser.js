// Has the browser decode a picture, and reads its pixels in bands of rows: a canvas as large as the photo would be more
// than some browsers give.

/** The picture upright, its colours not multiplied by alpha. Rejects what this browser does not read. */
export function decode(file) {
  return createImageBitmap(file, { premultiplyAlpha: "none", imageOrientation: "from-image" });
}

/** Something that gives `rows` rows of a picture from the row `top` on, as straight-alpha sRGB. */
export function reader(bitmap, rows) {
  const canvas = new OffscreenCanvas(bitmap.width, rows);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return (top, rows) => {
    context.clearRect(0, 0, bitmap.width, rows);
    context.drawImage(bitmap, 0, -top);
    return context.getImageData(0, 0, bitmap.width, rows).data;
  };
}
