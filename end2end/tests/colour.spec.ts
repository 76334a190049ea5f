// What the stage shows beside a fill: the same colours as before it, in a photo of another colour space, too.

import { brushSize, erase, onPage, open, paint } from "../support/editor.ts";
import { expect, test } from "../support/fixtures.ts";
import { discOnStripes, displayP3, pixel, pixelsOf, png } from "../support/pictures.ts";

test("unpainted pixels beside a fill keep their colour on the screen", async ({ app }) => {
  const photo = discOnStripes(400, 260, [200, 120], 18);
  await open(app, { name: "p3.png", mimeType: "image/png", buffer: png(photo, displayP3()) });
  const corner = await onPage(app, 120, 60);
  const opposite = await onPage(app, 280, 180);
  const scale = (opposite.x - corner.x) / 160;
  const clip = { x: corner.x, y: corner.y, width: opposite.x - corner.x, height: opposite.y - corner.y };
  const shoot = async () => {
    await app.mouse.move(5, 5);
    return pixelsOf(await app.screenshot({ clip, animations: "disabled" }));
  };
  const before = await shoot();
  // The profile is at work: the disc's red is redder than sRGB can say.
  const [red = 0, green = 0] = pixel(before, Math.round(80 * scale), Math.round(60 * scale));
  expect([red > 225, green < 20]).toEqual([true, true]);

  await brushSize(app, 60);
  await paint(app, [[190, 120], [210, 120]]);
  await erase(app);
  // The last picture fades in, so the first look may still be too early.
  await expect
    .poll(async () => {
      const after = await shoot();
      const reach = 30 / scale + 4 + 2;
      let worst = 0;
      for (let y = 0; y < before.height; y++) {
        for (let x = 0; x < before.width; x++) {
          const [px, py] = [120 + x / scale, 60 + y / scale];
          if (Math.abs(py - 120) > reach || px < 190 - reach || px > 210 + reach) {
            const [was, is] = [pixel(before, x, y), pixel(after, x, y)];
            worst = Math.max(worst, ...[0, 1, 2].map((c) => Math.abs((was[c] ?? 0) - (is[c] ?? 0))));
          }
        }
      }
      return worst;
    })
    .toBeLessThanOrEqual(2);
});
