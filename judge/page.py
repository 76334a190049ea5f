"""The page: tables, and sheets of pictures to look at."""

import html
from pathlib import Path

import cv2
import numpy as np

COLUMNS = (
    ("perceptual", "perceptual distance", 3, -1),
    ("ssimulacra2", "SSIMULACRA2", 1, 1),
    ("ssim", "SSIM", 3, 1),
    ("psnr", "PSNR of the hole, dB", 1, 1),
    ("seconds", "seconds", 2, -1),
)
# Of these it is told on how many cases one fill beats another.
DUELS = ("perceptual", "ssimulacra2")
# These blur, and are nowhere near in any picture.
SMOOTH = ("telea", "navier-stokes", "biharmonic")
KINDS = {"scene": "Rendered pairs", "photo": "Held-out photos"}
# What the sheets of the page under docs show; all is on those that stay here.
SHOWN = ("patch", "swift-before", "swift", "auto-before", "auto", "patchmatch")


def _worst(values, good):
    """The value that one in ten is worse than."""
    return float(np.percentile(values, 10 if good > 0 else 90))


def _values(rows, fill, name):
    return [row[fill][name] for _, _, row in rows]


def _all(rows, fill):
    """Whether this fill was made of every case, and in time."""
    return all(fill in row and "cut_off" not in row[fill] for _, _, row in rows)


def _columns(rows, fills):
    return [c for c in COLUMNS if all(c[0] in row[fill] for _, _, row in rows for fill in fills)]


def _wins(rows, fill, name, good, against="auto"):
    """On how many cases `against` is better than `fill`."""
    pairs = zip(_values(rows, against, name), _values(rows, fill, name), strict=True)
    return sum((ours - theirs) * good > 0 for ours, theirs in pairs)


def table(rows, fills):
    """Lines of a Markdown table: median and worst decile of each fill. The best of a column is bold."""
    columns = _columns(rows, fills)
    duels = [c for c in columns if c[0] in DUELS and "auto" in fills]
    numbers = {}
    for name, _, _, good in columns:
        for fill in fills:
            values = _values(rows, fill, name)
            numbers[name, fill] = (float(np.median(values)), _worst(values, good))
    heads = [f"{title}, median (worst decile)" for _, title, _, _ in columns]
    heads += [f"`auto` is better by {title}" for _, title, _, _ in duels]
    lines = ["| fill | " + " | ".join(heads) + " |", "|---|" + "---:|" * len(heads)]
    for fill in fills:
        cells = []
        for name, _, digits, good in columns:
            cell = []
            for at in (0, 1):
                best = max((numbers[name, f][at] for f in fills), key=lambda v: v * good)
                text = f"{numbers[name, fill][at]:.{digits}f}"
                cell.append(f"**{text}**" if numbers[name, fill][at] == best else text)
            cells.append(f"{cell[0]} ({cell[1]})")
        for name, _, _, good in duels:
            cells.append("" if fill == "auto" else f"on {_wins(rows, fill, name, good)}")
        lines.append(f"| {fill} | " + " | ".join(cells) + " |")
    missing = [title for name, title, _, _ in COLUMNS if name not in [c[0] for c in columns]]
    if missing:
        lines += ["", f"Left out, since no feature network was given: {', '.join(missing)}."]
    return lines


def late(rows, fills):
    """The peers that were cut off on some cases, over those that they ended; nothing else compares."""
    lines = []
    for fill in fills:
        ran = [row for row in rows if fill in row[2]]
        ended = [row for row in ran if "cut_off" not in row[2][fill]]
        if len(ran) < len(rows) or len(ended) == len(rows):
            continue
        seconds = next(row[2][fill]["cut_off"] for row in ran if "cut_off" in row[2][fill])
        lines += [f"`{fill}` was cut off after {seconds:.0f} s on {len(rows) - len(ended)} of {len(rows)}. The others:", ""]
        if len(ended) > 1:
            lines += [*table(ended, [name for name in ("patch", "auto", fill) if _all(ended, name)]), ""]
    return lines


def change(rows):
    """What another network than the one before is worth, alone and as guide."""
    names = ("swift-before", "swift", "auto-before", "auto")
    if not all(_all(rows, name) for name in ("patch", *names)):
        return []
    columns = [c for c in _columns(rows, names) if c[0] != "seconds"]
    heads = [f"{title}: mean, median (worst decile)" for _, title, _, _ in columns]
    lines = ["| fill | " + " | ".join(heads) + " |", "|---|" + "---:|" * len(heads)]
    for fill in ("patch", *names):
        cells = []
        for name, _, digits, good in columns:
            values = _values(rows, fill, name)
            cells.append(", ".join(f"{v:.{digits}f}" for v in (np.mean(values), np.median(values))) + f" ({_worst(values, good):.{digits}f})")
        lines.append(f"| {fill} | " + " | ".join(cells) + " |")
    lines.append("")
    for title, before, after in (("Alone", *names[:2]), ("As guide", *names[2:])):
        said = []
        for name, text, digits, good in columns:
            if name in DUELS:
                a, b = (np.array(_values(rows, fill, name)) for fill in (before, after))
                error = (b - a).std(ddof=1) / np.sqrt(len(a))
                share = f", {100 * (b.mean() / a.mean() - 1):+.1f} %" if name == "perceptual" else ""
                better = _wins(rows, before, name, good, after)
                said.append(f"{text} {b.mean() - a.mean():+.{digits}f} in the mean{share} (standard error of the difference {error:.{digits}f}), better on {better} of {len(rows)}")
        lines += [f"{title}, after against before: {'; '.join(said)}.", ""]
    return lines


def each(rows, fills):
    """The perceptual distance of every case; the lowest of a line is bold."""
    if not fills or not all("perceptual" in row[fill] for _, _, row in rows for fill in fills):
        return []
    lines = ["| perceptual distance | " + " | ".join(fills) + " |", "|---|" + "---:|" * len(fills)]
    for case, _, row in rows:
        least = min(row[fill]["perceptual"] for fill in fills)
        cells = [f"{row[fill]['perceptual']:.3f}" for fill in fills]
        cells = [f"**{cell}**" if row[fill]["perceptual"] == least else cell for fill, cell in zip(fills, cells, strict=True)]
        lines.append(f"| {case.name} | " + " | ".join(cells) + " |")
    return lines


def _label(picture, text):
    bar = np.full((22, picture.shape[1], 3), 24, np.uint8)
    cv2.putText(bar, text, (5, 15), cv2.FONT_HERSHEY_SIMPLEX, 0.43, (235, 235, 235), 1, cv2.LINE_AA)
    return np.vstack([bar, picture])


def _cut(case, window, side=440):
    """The part to look at, at full size: the middle of what is filled."""
    mask = cv2.imread(str(case.mask), 0) > 127
    ys, xs = np.nonzero(mask)
    height, width = mask.shape
    w = min(width, max(side, int(xs.max() - xs.min()) + 80), 640)
    h = min(height, max(side * 2 // 3, int(ys.max() - ys.min()) + 80), 480)
    x = int(np.clip((xs.min() + xs.max()) // 2 - w // 2, 0, width - w))
    y = int(np.clip((ys.min() + ys.max()) // 2 - h // 2, 0, height - h))
    return slice(y, y + h), slice(x, x + w)


def _pictures(row, fills):
    """The fills that there is a picture of."""
    return [fill for fill in fills if fill in row and "cut_off" not in row[fill]]


def sheet(case, window, folder, fills, columns=4):
    """What is there, the mask, each fill and the truth, pixel for pixel."""
    cut = _cut(case, window)
    photo = cv2.imread(str(case.photo if case.kind == "scene" else case.truth))
    mask = cv2.imread(str(case.mask), 0) > 127
    veiled = photo.copy()
    veiled[mask] = veiled[mask] // 2 + np.array([110, 40, 110], np.uint8)
    tiles = [_label(veiled[cut], f"{case.name}: to be erased")]
    for fill in fills:
        tiles.append(_label(cv2.imread(str(folder / f"{fill}.png"))[cut], fill))
    tiles.append(_label(cv2.imread(str(case.truth))[cut], "truth"))
    while len(tiles) % columns:
        tiles.append(np.full_like(tiles[0], 24))
    rows = [np.hstack(tiles[i : i + columns]) for i in range(0, len(tiles), columns)]
    return np.vstack(rows)


def pace(rows):
    """How much time the synthesis takes of that of the package with the same method, patches and windows."""
    names = ("patch", "patchmatch")
    ratios = [row["patch"]["seconds"] / row["patchmatch"]["seconds"] for _, _, row in rows if all("seconds" in row.get(n, {}) for n in names)]
    if not ratios:
        return []
    low, middle, high = min(ratios), float(np.median(ratios)), max(ratios)
    return [f"Seconds of `patch` for each of `patchmatch`, picture by picture: median {middle:.2f}, {low:.2f} to {high:.2f}.", ""]


def summary(rows, fills, digests):
    lines = []
    for kind, title in KINDS.items():
        mine = [row for row in rows if row[0].kind == kind]
        if not mine:
            continue
        there = [fill for fill in fills if _all(mine, fill)]
        plain = [fill for fill in there if not fill.endswith("-before")]
        lines += [f"## {title}: {len(mine)}", "", *table(mine, plain), "", *pace(mine), *late(mine, fills)]
        absent = [fill for fill in fills if not all(fill in row for _, _, row in mine)]
        if absent:
            lines += [f"Not run on all of them, and so left out: {', '.join(absent)}.", ""]
        changed = change(mine)
        if changed:
            lines += [f"### {title}: swift before and after", "", *changed]
        if kind == "scene":
            lines += [f"### {title}, one by one", "", *each(mine, [fill for fill in there if fill not in SMOOTH]), ""]
    known = "; ".join(f"{name}, sha256 `{digest[:16]}`" for name, digest in digests.items())
    lines += [f"Networks: {known}. Every fill is native and has one thread.", ""]
    return lines


def _rendered(lines):
    """Our own few lines of Markdown as HTML."""
    out, rows = [], []
    for line in [*lines, ""]:
        if line.startswith("|"):
            rows.append([c.strip() for c in line.strip("|").split("|")])
            continue
        if rows:
            cells = lambda row, tag: "".join(f"<{tag}>{_bold(c)}</{tag}>" for c in row)
            body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows[2:])
            out.append(f"<table><tr>{cells(rows[0], 'th')}</tr>{body}</table>")
            rows = []
        if line.startswith("#"):
            marks, text = line.split(" ", 1)
            out.append(f"<h{len(marks)}>{html.escape(text)}</h{len(marks)}>")
        elif line:
            out.append(f"<p>{html.escape(line)}</p>")
    return "\n".join(out)


def _bold(cell):
    parts = html.escape(cell).split("**")
    return "".join(f"<b>{part}</b>" if i % 2 else part for i, part in enumerate(parts))


STYLE = "body{font:15px system-ui;margin:2rem;background:#181818;color:#eee}table{border-collapse:collapse}" \
    "td,th{padding:.3rem .8rem;border-bottom:1px solid #444;text-align:right}td:first-child{text-align:left}img{max-width:100%}"


def write(out: Path, rows, fills, digests, docs: Path | None):
    lines = summary(rows, fills, digests)
    (out / "summary.md").write_text("\n".join(lines))
    parts = [f"<!doctype html><meta charset=utf-8><title>Judge</title><style>{STYLE}</style><h1>Fills, judged</h1>", _rendered(lines)]
    sheets = out / "sheets"
    sheets.mkdir(exist_ok=True)
    for case, window, row in rows:
        picture = sheet(case, window, out / case.kind / case.name, _pictures(row, fills))
        name = f"{case.kind}-{case.name}.jpg"
        cv2.imwrite(str(sheets / name), picture, [cv2.IMWRITE_JPEG_QUALITY, 90])
        parts.append(f"<h3>{html.escape(case.name)}</h3><img loading=lazy src='sheets/{html.escape(name)}'>")
    (out / "index.html").write_text("\n".join(parts))
    if docs:
        _documents(docs, lines, rows, out)


def _documents(docs, lines, rows, out):
    """Puts the tables between the marks of docs/judge.md and the sheets that it shows beside it."""
    page = docs / "judge.md"
    text = page.read_text()
    begin, end = "<!-- figures -->\n", "<!-- end of figures -->\n"
    head, rest = text.split(begin)
    page.write_text(head + begin + "\n" + "\n".join(lines) + end + rest.split(end)[1])
    for case, window, row in rows:
        target = docs / "judge" / f"{case.name}.jpg"
        if target.name in text:
            target.parent.mkdir(exist_ok=True)
            picture = sheet(case, window, out / case.kind / case.name, _pictures(row, SHOWN))
            cv2.imwrite(str(target), picture, [cv2.IMWRITE_JPEG_QUALITY, 80])
