"""Roads and dry ground: asphalt with its lines and cracks, sand, gravel, shrubs."""

from lib.nodes import material


def asphalt(name, width=7.2, age=0.6):
    """A road along y, centred on x = 0: wheel tracks, cracks, worn edge lines and a dashed centre line."""
    made, g = material(name)
    at = g.add("NewGeometry").outputs["Position"]
    x, y, _ = g.xyz(at)
    stones = g.voronoi(at, 75.0)
    tint = g.voronoi(at, 75.0, output="Color")
    fine = g.noise(at, 220.0, detail=3.0)
    broad = g.noise(g.mapping(at, scale=(1.0, 0.22, 1.0)), 0.8, detail=6.0, roughness=0.6)
    grey = g.range(g.xyz(tint)[0], 0, 1, 0.055, 0.17)
    grey = g.math("MULTIPLY", grey, g.range(broad, 0.3, 0.7, 0.75, 1.25))
    away = g.math("ABSOLUTE", x)
    track = g.math("ABSOLUTE", g.math("SUBTRACT", away, 1.8))
    wheel = g.range(g.math("ABSOLUTE", g.math("SUBTRACT", track, 0.8)), 0.0, 0.5, 1.0, 0.0, smooth=True)
    grey = g.math("MULTIPLY", grey, g.range(wheel, 0, 1, 1.0, 1.18))
    oil = g.range(g.math("ADD", track, g.math("MULTIPLY", g.math("SUBTRACT", broad, 0.5), 0.9)), 0.0, 0.42, 0.72, 1.0, smooth=True)
    grey = g.math("MULTIPLY", grey, oil)
    colour = g.mix(1.0, g.combine(grey, grey, grey), (1.06, 1.0, 0.92), "MULTIPLY")
    # Cracks: cell borders, bent, and there only where the road is old.
    bent = g.vmath("ADD", g.mapping(at, scale=(0.55, 0.28, 1.0)), g.vmath("SCALE", g.noise(at, 1.6, detail=7.0, roughness=0.65, colour=True), 0.55))
    crack = g.range(g.voronoi(bent, 1.0, "DISTANCE_TO_EDGE"), 0.0, 0.013, 1.0, 0.0)
    crack = g.math("MULTIPLY", crack, g.range(g.noise(at, 0.35, detail=3.0), 0.60 - 0.25 * age, 0.70 - 0.25 * age))
    seam = g.range(g.math("ABSOLUTE", g.math("ADD", g.math("SUBTRACT", x, 0.32), g.math("MULTIPLY", g.noise(at, 0.8, detail=4.0), 0.12))), 0.008, 0.02, 1.0, 0.0)
    crack = g.math("MAXIMUM", crack, g.math("MULTIPLY", seam, 0.8))
    colour = g.mix(g.math("MULTIPLY", crack, 0.85), colour, (0.012, 0.011, 0.010))
    # Paint, rubbed off where stones stand out.
    rub = g.range(g.math("ADD", g.math("MULTIPLY", stones, 0.5), g.math("MULTIPLY", g.noise(at, 3.0, detail=8.0, roughness=0.7), 1.0)), 0.50, 0.88, 1.0, 0.12)
    wobble = g.math("MULTIPLY", g.math("SUBTRACT", g.noise(at, 20.0, detail=3.0), 0.5), 0.02)
    edge = g.range(g.math("ABSOLUTE", g.math("ADD", g.math("SUBTRACT", away, width / 2 - 0.32), wobble)), 0.050, 0.060, 1.0, 0.0)
    colour = g.mix(g.math("MULTIPLY", edge, rub), colour, (0.62, 0.60, 0.55))
    dash = g.math("LESS_THAN", g.math("MODULO", g.math("ADD", y, 1001.4), 9.0), 3.4)
    centre = g.math("MULTIPLY", g.range(g.math("ABSOLUTE", g.math("ADD", x, wobble)), 0.055, 0.065, 1.0, 0.0), dash)
    colour = g.mix(g.math("MULTIPLY", centre, rub), colour, (0.66, 0.42, 0.06))
    # Sand blown onto the shoulders.
    drift = g.range(g.math("ADD", away, g.math("MULTIPLY", g.noise(at, 1.3, detail=8.0, roughness=0.65), 0.9)), width / 2 + 0.30, width / 2 + 0.62)
    colour = g.mix(drift, colour, (0.42, 0.27, 0.15))
    height = g.math("SUBTRACT", g.math("ADD", g.math("MULTIPLY", stones, -0.5), g.math("MULTIPLY", fine, 0.3)), g.math("MULTIPLY", crack, 2.0))
    g.finish(g.principled(Base_Color=colour, Roughness=0.82, Specular=0.3, Normal=g.bump(height, 0.6, 0.006)))
    return made


def sand(name, light=(0.50, 0.31, 0.165), dark=(0.33, 0.185, 0.095), pebbles=True, ripples=0.0):
    """Dry ground with pebbles, or wind ripples."""
    made, g = material(name)
    at = g.add("NewGeometry").outputs["Position"]
    broad = g.noise(at, 0.35, detail=7.0, roughness=0.6)
    middle = g.noise(at, 4.0, detail=8.0, roughness=0.65)
    grain = g.noise(at, 400.0, detail=2.0)
    colour = g.mix(g.range(g.math("ADD", g.math("MULTIPLY", broad, 0.6), g.math("MULTIPLY", middle, 0.4)), 0.35, 0.65), dark, light)
    colour = g.mix(g.math("MULTIPLY", g.range(grain, 0.3, 0.7), 0.25), colour, tuple(1.25 * c for c in light))
    height = g.math("ADD", g.math("MULTIPLY", middle, 1.0), g.math("MULTIPLY", grain, 0.05))
    if pebbles:
        for scale, share in ((22.0, 0.5), (60.0, 0.55)):
            stone = g.voronoi(at, scale)
            tone = g.xyz(g.voronoi(at, scale, output="Color"))
            present = g.math("MULTIPLY", g.range(stone, 0.30, 0.36, 1.0, 0.0), g.math("GREATER_THAN", tone[1], share))
            colour = g.mix(g.math("MULTIPLY", present, 0.8), colour, g.mix(tone[0], (0.16, 0.11, 0.08), (0.55, 0.42, 0.30)))
            height = g.math("ADD", height, g.math("MULTIPLY", present, g.math("SUBTRACT", 0.6, stone)))
    if ripples:
        bent = g.vmath("ADD", at, g.vmath("SCALE", g.noise(at, 0.9, detail=3.0, colour=True), 0.5))
        wave = g.add("TexWave", Vector=bent, Scale=2.4, Distortion=2.0, Detail=2.0, Detail_Scale=1.2)
        height = g.math("ADD", height, g.math("MULTIPLY", wave.outputs["Fac"], ripples))
    g.finish(g.principled(Base_Color=colour, Roughness=0.95, Specular=0.1, Normal=g.bump(height, 0.55, 0.03)))
    return made


def rock(name, colour, haze, amount, bands=0.03):
    """Distant rock in level bands, with the air's colour over it."""
    made, g = material(name)
    at = g.add("NewGeometry").outputs["Position"]
    z = g.xyz(at)[2]
    warp = g.noise(at, 0.01, detail=6.0, roughness=0.6)
    level = g.noise(g.combine(0.0, 0.0, g.math("ADD", g.math("MULTIPLY", z, bands), g.math("MULTIPLY", warp, 0.6))), 3.0, detail=6.0, roughness=0.6)
    grain = g.noise(at, 0.06, detail=8.0, roughness=0.7)
    tone = g.mix(g.range(level, 0.3, 0.7), tuple(0.6 * c for c in colour), colour)
    tone = g.mix(g.math("MULTIPLY", g.range(grain, 0.35, 0.65), 0.5), tone, tuple(0.5 * c for c in colour))
    body = g.add("BsdfDiffuse", Color=tone)
    g.put(body.inputs["Normal"], g.bump(g.math("ADD", grain, level), 1.0, 14.0))
    g.finish(g.mix_shader(amount, body, g.add("Emission", Color=(*haze, 1.0), Strength=1.0)))
    return made
