// What the device has that models need.

// Long enough for a driver to wake up, short enough not to look like a fault.
const PATIENCE = 5000;

/**
 * Whether the browser gives out an adapter, which `navigator.gpu` alone does not say, and whether that computes with
 * numbers of half precision.
 */
export async function adapter() {
  const gpu = globalThis.navigator?.gpu;
  if (gpu === undefined) {
    return [false, false];
  }
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, null));
  const asked = gpu.requestAdapter({ powerPreference: "high-performance" }).catch(() => null);
  const found = await Promise.race([asked, late]);
  return [found !== null, found?.features.has("shader-f16") === true];
}

/** Memory in GiB, as far as the browser says. */
export function memory() {
  return globalThis.navigator?.deviceMemory;
}
