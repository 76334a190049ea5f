// Loads the codec of links into this worker when it is first needed, and encodes with it.

let encoder;

/** Loads the codec whose script is at `url`. A second call costs nothing. */
export function loadCodec(url) {
  if (encoder === undefined) {
    encoder = import(url).then((script) => script.default({ noInitialRun: true }));
    // It may only have been the network: the next call tries again.
    encoder.catch(() => (encoder = undefined));
  }
  return encoder;
}

// What libwebp is told besides the quality. The search tries many sizes, so the slowest method is not worth its
// time; sharper chroma is what one sees at such sizes.
const OPTIONS = {
  target_size: 0,
  target_PSNR: 0,
  method: 5,
  sns_strength: 60,
  filter_strength: 35,
  filter_sharpness: 0,
  filter_type: 1,
  partitions: 0,
  segments: 4,
  pass: 1,
  show_compressed: 0,
  preprocessing: 0,
  autofilter: 0,
  partition_limit: 0,
  alpha_compression: 1,
  alpha_filtering: 1,
  alpha_quality: 100,
  lossless: 0,
  exact: 0,
  image_hint: 0,
  emulate_jpeg_size: 0,
  thread_level: 0,
  low_memory: 0,
  near_lossless: 100,
  use_delta_palette: 0,
  use_sharp_yuv: 1,
};

/** A lossy WebP file of opaque pixels (red, green, blue and 255 each); undefined when the codec fails. */
export async function encodeWebp(rgba, width, height, quality) {
  const codec = await encoder;
  return codec?.encode(rgba, width, height, { ...OPTIONS, quality }) ?? undefined;
}
