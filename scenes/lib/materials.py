"""Surfaces that several sets share: wood, plaster, glass, brick, stone, cloth, metal, paint."""

from lib.nodes import material


def own(g, spread=37.0):
    """Object coordinates moved by a random amount for each object, so that no two planks are alike."""
    chance = g.add("ObjectInfo").outputs["Random"]
    shift = g.vmath("SCALE", (1.0, 1.7, 2.3), g.math("MULTIPLY", chance, spread))
    return g.vmath("ADD", g.coords("Object"), shift), chance


def wood(name, dark=(0.10, 0.045, 0.018), light=(0.34, 0.18, 0.08), rings=70.0, roughness=0.45, wear=0.3, specular=0.35, bump=0.25):
    """Sawn wood whose grain runs along x."""
    made, g = material(name)
    at, chance = own(g)
    x, y, z = g.xyz(at)
    slow = g.noise(g.mapping(at, scale=(1.1, 7.0, 7.0)), 1.0, detail=3.0)
    y0, z0 = g.math("ADD", g.xyz(g.coords("Object"))[1], g.math("MULTIPLY", g.math("SUBTRACT", chance, 0.5), 0.22)), g.math("ADD", g.xyz(g.coords("Object"))[2], 0.10)
    reach = g.math("SQRT", g.math("ADD", g.math("MULTIPLY", y0, y0), g.math("MULTIPLY", z0, z0)))
    phase = g.math("ADD", g.math("MULTIPLY", reach, rings), g.math("MULTIPLY", slow, 7.0))
    ring = g.math("FRACT", phase)
    late = g.math("MULTIPLY", g.math("POWER", ring, 3.0), g.range(ring, 0.93, 1.0, 1.0, 0.0))
    fibre = g.noise(g.mapping(at, scale=(3.0, 160.0, 160.0)), 1.0, detail=6.0, roughness=0.6)
    pores = g.range(g.noise(g.mapping(at, scale=(14.0, 420.0, 420.0)), 1.0, detail=2.0), 0.58, 0.72)
    cloud = g.noise(g.mapping(at, scale=(1.5, 5.0, 5.0)), 1.0, detail=5.0, roughness=0.6)
    tone = g.math("ADD", g.math("MULTIPLY", fibre, 0.55), g.math("MULTIPLY", cloud, 0.5))
    tone = g.math("SUBTRACT", tone, g.math("MULTIPLY", late, 0.42))
    colour = g.mix(g.range(tone, 0.12, 0.85), dark, light)
    hue = g.add("HueSaturation", Color=colour)
    g.put(hue.inputs["Value"], g.range(chance, 0, 1, 0.72, 1.25))
    g.put(hue.inputs["Hue"], g.range(g.math("FRACT", g.math("MULTIPLY", chance, 5.3)), 0, 1, 0.488, 0.512))
    colour = g.mix(g.math("MULTIPLY", pores, 0.55), hue, tuple(c * 0.45 for c in dark))
    # Stains and scratches of use.
    stain = g.range(g.noise(at, 6.0, detail=6.0, roughness=0.7), 0.55, 0.75)
    colour = g.mix(g.math("MULTIPLY", stain, wear), colour, tuple(0.6 * c for c in dark))
    scratch = g.range(g.noise(g.mapping(at, rotation=(0, 0, 0.35), scale=(4.0, 260.0, 10.0)), 1.0, detail=1.0), 0.70, 0.74)
    colour = g.mix(g.math("MULTIPLY", scratch, wear * 0.5), colour, light)
    rough = g.math("ADD", roughness, g.math("MULTIPLY", g.math("SUBTRACT", cloud, 0.5), 0.45))
    height = g.math("SUBTRACT", g.math("ADD", g.math("MULTIPLY", fibre, 0.7), g.math("MULTIPLY", late, 0.25)), g.math("MULTIPLY", pores, 0.6))
    g.finish(g.principled(Base_Color=colour, Roughness=rough, Specular=specular, Normal=g.bump(height, bump, 0.0015)))
    return made


def plaster(name, colour=(0.55, 0.47, 0.38), grain=1.0, stains=0.35, scale=1.0):
    """Trowelled wall plaster."""
    made, g = material(name)
    at = g.coords("Object")
    broad = g.noise(at, 1.7 * scale, detail=5.0, roughness=0.6)
    trowel = g.noise(g.mapping(at, rotation=(0.2, 0.5, 0.3), scale=(1.0, 1.0, 2.4)), 6.0 * scale, detail=6.0, distortion=0.7)
    fine = g.noise(at, 190.0 * scale, detail=3.0, roughness=0.7)
    tone = g.mix(g.math("MULTIPLY", g.range(broad, 0.3, 0.7), stains), colour, tuple(0.62 * c for c in colour))
    tone = g.mix(g.math("MULTIPLY", g.range(trowel, 0.45, 0.7), 0.22), tone, tuple(min(1, 1.2 * c) for c in colour))
    height = g.math("ADD", g.math("MULTIPLY", trowel, 1.0), g.math("MULTIPLY", fine, 0.16 * grain))
    g.finish(g.principled(Base_Color=tone, Roughness=0.9, Specular=0.15, Normal=g.bump(height, 0.45, 0.012)))
    return made


def glass(name, colour=(0.25, 0.55, 0.22), roughness=0.02, ior=1.5, shadow=None):
    """Clear coloured glass; its shadow is a tinted transparency, since caustics are off."""
    made, g = material(name)
    at = g.coords("Object")
    uneven = g.bump(g.noise(at, 14.0, detail=1.0), 0.04, 0.004)
    body = g.add("BsdfGlass", Color=(*colour, 1.0), Roughness=roughness, IOR=ior)
    g.put(body.inputs["Normal"], uneven)
    path = g.add("LightPath")
    tint = shadow or tuple(c**0.7 for c in colour)
    g.finish(g.mix_shader(path.outputs["Is Shadow Ray"], body, g.add("BsdfTransparent", Color=(*tint, 1.0))))
    return made


def cloth(name, colour, threads=900.0, second=None, sheen=0.3):
    """Woven cloth over uv coordinates."""
    made, g = material(name)
    u, v, _ = g.xyz(g.coords("UV"))
    weave = g.math("MULTIPLY", g.math("SINE", g.math("MULTIPLY", u, threads)), g.math("SINE", g.math("MULTIPLY", v, threads)))
    slub = g.noise(g.mapping(g.coords("UV"), scale=(threads / 8, threads / 60, 1)), 1.0, detail=3.0)
    slub2 = g.noise(g.mapping(g.coords("UV"), scale=(threads / 60, threads / 8, 1)), 1.0, detail=3.0)
    tone = g.math("MULTIPLY", g.math("ADD", slub, slub2), 0.5)
    shade = g.mix(g.range(tone, 0.35, 0.65), tuple(0.75 * c for c in colour), tuple(min(1, 1.1 * c) for c in colour))
    height = g.math("ADD", weave, g.math("MULTIPLY", tone, 2.0))
    g.finish(g.principled(Base_Color=shade, Roughness=0.9, Specular=0.1, Sheen=sheen, Normal=g.bump(height, 0.35, 0.0012)))
    return made


def ceramic(name, colour=(0.75, 0.70, 0.62), roughness=0.25, speckle=0.5):
    """Glazed stoneware with iron specks."""
    made, g = material(name)
    at = g.coords("Object")
    cloud = g.noise(at, 12.0, detail=5.0)
    specks = g.range(g.voronoi(at, 150.0), 0.10, 0.16, 1.0, 0.0)
    specks = g.math("MULTIPLY", specks, g.range(g.noise(at, 60.0), 0.5, 0.6))
    tone = g.mix(g.range(cloud, 0.3, 0.7), tuple(0.86 * c for c in colour), colour)
    tone = g.mix(g.math("MULTIPLY", specks, speckle), tone, (0.10, 0.06, 0.03))
    g.finish(g.principled(Base_Color=tone, Roughness=roughness, Specular=0.5, Normal=g.bump(cloud, 0.12, 0.01)))
    return made


def paint(name, colour, roughness=0.4, chips=0.15, under=(0.20, 0.09, 0.05), scale=1.0, metallic=0.0, dirt=0.3, bump=0.15):
    """Weathered paint with chips down to rust or primer."""
    made, g = material(name)
    at = g.coords("Object")
    broad = g.noise(at, 3.0 * scale, detail=6.0, roughness=0.62)
    fine = g.noise(at, 26.0 * scale, detail=7.0, roughness=0.68)
    mixed = g.math("ADD", g.math("MULTIPLY", broad, 0.55), g.math("MULTIPLY", fine, 0.45))
    edge = 0.66 - 0.25 * chips
    chip = g.range(mixed, edge, edge + 0.025)
    stain = g.range(mixed, edge - 0.14, edge + 0.01)
    tone = g.mix(g.math("MULTIPLY", g.range(broad, 0.35, 0.65), 0.35), colour, tuple(0.72 * c for c in colour))
    tone = g.mix(g.math("MULTIPLY", stain, dirt), tone, under)
    tone = g.mix(chip, tone, g.mix(fine, under, tuple(0.4 * c for c in under)))
    rough = g.mix(chip, g.range(fine, 0.3, 0.7, roughness * 0.8, roughness * 1.3), 0.9)
    height = g.math("SUBTRACT", g.math("MULTIPLY", fine, 0.3), chip)
    g.finish(g.principled(Base_Color=tone, Roughness=rough, Specular=0.4, Metallic=metallic, Normal=g.bump(height, bump, 0.003)))
    return made


def metal(name, colour=(0.55, 0.55, 0.56), roughness=0.4):
    made, g = material(name)
    at = g.coords("Object")
    n = g.noise(at, 30.0, detail=6.0, roughness=0.65)
    tone = g.mix(g.range(n, 0.4, 0.7), colour, tuple(0.6 * c for c in colour))
    g.finish(g.principled(Base_Color=tone, Roughness=g.range(n, 0.3, 0.7, roughness * 0.7, roughness * 1.4), Metallic=1.0))
    return made


def brick(name, low=(0.20, 0.065, 0.040), high=(0.42, 0.165, 0.095), mortar=(0.42, 0.38, 0.33), width=0.225, row=0.075, joint=0.006, stains=0.5, bump=1.0):
    """Brickwork over object x and z; tones differ by brick, with soot, salts and worn edges."""
    made, g = material(name)
    at = g.coords("Object")
    x, _, z = g.xyz(at)
    shake = g.noise(at, 26.0, detail=3.0, colour=True)
    flat = g.vmath("ADD", g.combine(x, z, 0.0), g.vmath("SCALE", g.vmath("SUBTRACT", shake, (0.5, 0.5, 0.5)), 0.006))
    node = g.add("TexBrick", Vector=flat, Scale=1.0, Color1=(0, 0, 0, 1), Color2=(1, 1, 1, 1), Mortar=(0.5, 0.5, 0.5, 1),
                 Mortar_Size=joint, Mortar_Smooth=0.35, Bias=0.0, Brick_Width=width, Row_Height=row)
    each, seam = node.outputs["Color"], node.outputs["Fac"]
    each = g.xyz(each)[0]
    grain = g.noise(at, 60.0, detail=7.0, roughness=0.7)
    broad = g.noise(at, 0.9, detail=6.0, roughness=0.6)
    colour = g.mix(each, low, high)
    hue = g.add("HueSaturation", Color=colour)
    odd = g.math("FRACT", g.math("MULTIPLY", each, 9.7))
    g.put(hue.inputs["Hue"], g.range(odd, 0, 1, 0.485, 0.515))
    g.put(hue.inputs["Value"], g.range(g.math("FRACT", g.math("MULTIPLY", each, 23.1)), 0, 1, 0.62, 1.25))
    colour = g.mix(g.range(grain, 0.35, 0.75, 0.0, 0.45), hue, tuple(0.45 * c for c in low))
    colour = g.mix(g.math("MULTIPLY", g.range(broad, 0.5, 0.75), stains * 0.5), colour, (0.50, 0.43, 0.37))
    colour = g.mix(g.math("MULTIPLY", g.range(broad, 0.48, 0.25), stains), colour, g.mix(1.0, colour, (0.45, 0.43, 0.42), "MULTIPLY"))
    joints = g.mix(g.range(grain, 0.3, 0.7), tuple(0.65 * c for c in mortar), mortar)
    colour = g.mix(seam, colour, joints)
    height = g.math("SUBTRACT", g.math("ADD", g.math("MULTIPLY", grain, 0.35), g.math("MULTIPLY", each, 0.25)), g.math("MULTIPLY", seam, 1.2))
    g.finish(g.principled(Base_Color=colour, Roughness=0.9, Specular=0.15, Normal=g.bump(height, bump, 0.008)))
    return made


def flags(name, colour=(0.30, 0.28, 0.25), size=0.6, joint=0.006, offset=0.5):
    """Paving slabs over object x and y."""
    made, g = material(name)
    at = g.coords("Object")
    x, y, _ = g.xyz(at)
    node = g.add("TexBrick", Vector=g.combine(x, y, 0.0), Scale=1.0, Color1=(0, 0, 0, 1), Color2=(1, 1, 1, 1), Mortar=(0.5, 0.5, 0.5, 1),
                 Mortar_Size=joint, Mortar_Smooth=0.2, Brick_Width=size * 1.5, Row_Height=size)
    node.offset = offset
    each, seam = g.xyz(node.outputs["Color"])[0], node.outputs["Fac"]
    grain = g.noise(at, 90.0, detail=6.0, roughness=0.7)
    broad = g.noise(at, 1.6, detail=7.0, roughness=0.65)
    tone = g.mix(each, tuple(0.72 * c for c in colour), tuple(1.2 * c for c in colour))
    tone = g.mix(g.range(grain, 0.3, 0.75, 0.0, 0.5), tone, tuple(0.5 * c for c in colour))
    tone = g.mix(g.range(broad, 0.5, 0.72, 0.0, 0.45), tone, (0.13, 0.11, 0.09))
    gum = g.range(g.voronoi(at, 3.1), 0.045, 0.055, 1.0, 0.0)
    tone = g.mix(g.math("MULTIPLY", gum, 0.5), tone, (0.08, 0.075, 0.07))
    tone = g.mix(seam, tone, (0.06, 0.055, 0.045))
    height = g.math("SUBTRACT", g.math("ADD", g.math("MULTIPLY", grain, 0.3), g.math("MULTIPLY", broad, 0.8)), seam)
    g.finish(g.principled(Base_Color=tone, Roughness=g.range(broad, 0.3, 0.7, 0.55, 0.9), Specular=0.25, Normal=g.bump(height, 0.5, 0.006)))
    return made
