"""A short way to write Blender node graphs: one call a node, values or sockets as inputs."""

import bpy


def _socket(value):
    """The output that a node stands for when it is given as an input."""
    if isinstance(value, bpy.types.Node):
        return next(o for o in value.outputs if o.enabled)
    return value


class Graph:
    """Wraps a node tree; every method adds one node and returns it or its main output."""

    def __init__(self, tree):
        self.tree = tree
        tree.nodes.clear()

    def add(self, kind, *positional, **named):
        """Adds `ShaderNode<kind>`. Named values fill inputs (underscores are spaces) or else properties."""
        node = self.tree.nodes.new("ShaderNode" + kind)
        later = []
        for name, value in named.items():
            label = name.replace("_", " ")
            if label in node.inputs:
                later.append((node.inputs[label], value))
            else:
                setattr(node, name, value)
        # Properties such as `operation` decide which sockets are enabled, so inputs come second.
        for index, value in enumerate(positional):
            later.append((node.inputs[index], value))
        for socket, value in later:
            self.put(socket, value)
        return node

    def put(self, socket, value):
        value = _socket(value)
        if isinstance(value, bpy.types.NodeSocket):
            self.tree.links.new(value, socket)
        elif value is not None:
            if socket.type == "RGBA" and not isinstance(value, (int, float)) and len(value) == 3:
                value = (*value, 1.0)
            if socket.type == "RGBA" and isinstance(value, (int, float)):
                value = (value, value, value, 1.0)
            if socket.type == "VECTOR" and isinstance(value, (int, float)):
                value = (value, value, value)
            socket.default_value = value

    def math(self, operation, a, b=None, c=None, clamp=False):
        node = self.add("Math", operation=operation, use_clamp=clamp)
        for index, value in enumerate((a, b, c)):
            self.put(node.inputs[index], value)
        return node.outputs[0]

    def vmath(self, operation, a, b=None):
        node = self.add("VectorMath", operation=operation)
        self.put(node.inputs[0], a)
        if b is not None:
            self.put(node.inputs[3] if operation == "SCALE" else node.inputs[1], b)
        return node.outputs["Value"] if operation in ("LENGTH", "DOT_PRODUCT", "DISTANCE") else node.outputs[0]

    def mix(self, fac, a, b, blend="MIX"):
        node = self.add("MixRGB", blend_type=blend)
        for index, value in enumerate((fac, a, b)):
            self.put(node.inputs[index], value)
        return node.outputs[0]

    def mix_shader(self, fac, a, b):
        node = self.add("MixShader")
        for index, value in enumerate((fac, a, b)):
            self.put(node.inputs[index], value)
        return node.outputs[0]

    def ramp(self, fac, *stops, interpolation="LINEAR"):
        """`stops` are (position, colour or grey)."""
        node = self.add("ValToRGB")
        ramp = node.color_ramp
        ramp.interpolation = interpolation
        while len(ramp.elements) < len(stops):
            ramp.elements.new(0.5)
        for element, (position, colour) in zip(ramp.elements, stops):
            element.position = position
            colour = (colour,) * 3 if isinstance(colour, (int, float)) else colour
            element.color = (*colour, 1.0)
        self.put(node.inputs[0], fac)
        return node.outputs[0]

    def range(self, value, low, high, out_low=0.0, out_high=1.0, smooth=False):
        node = self.add("MapRange", interpolation_type="SMOOTHSTEP" if smooth else "LINEAR")
        for index, entry in enumerate((value, low, high, out_low, out_high)):
            self.put(node.inputs[index], entry)
        return node.outputs[0]

    def noise(self, vector, scale, detail=4.0, roughness=0.5, distortion=0.0, colour=False):
        node = self.add("TexNoise", Vector=vector, Scale=scale, Detail=detail, Roughness=roughness, Distortion=distortion)
        return node.outputs["Color" if colour else "Fac"]

    def voronoi(self, vector, scale, feature="F1", output="Distance", randomness=1.0, metric="EUCLIDEAN"):
        node = self.add("TexVoronoi", feature=feature, Vector=vector, Scale=scale, Randomness=randomness)
        if feature not in ("DISTANCE_TO_EDGE", "N_SPHERE_RADIUS"):
            node.distance = metric
        return node.outputs[output]

    def mapping(self, vector, location=(0, 0, 0), rotation=(0, 0, 0), scale=(1, 1, 1)):
        return self.add("Mapping", Vector=vector, Location=location, Rotation=rotation, Scale=scale).outputs[0]

    def coords(self, which="Object"):
        return self.add("TexCoord").outputs[which]

    def xyz(self, vector):
        return self.add("SeparateXYZ", vector).outputs

    def combine(self, x=0.0, y=0.0, z=0.0):
        node = self.add("CombineXYZ")
        for index, value in enumerate((x, y, z)):
            self.put(node.inputs[index], value)
        return node.outputs[0]

    def bump(self, height, strength=0.5, distance=0.02, normal=None):
        node = self.add("Bump", Strength=strength, Distance=distance, Height=height)
        if normal is not None:
            self.put(node.inputs["Normal"], normal)
        return node.outputs[0]

    def principled(self, **named):
        return self.add("BsdfPrincipled", **named).outputs[0]

    def finish(self, surface=None, displacement=None, volume=None):
        output = self.add("OutputMaterial")
        for name, value in (("Surface", surface), ("Displacement", displacement), ("Volume", volume)):
            if value is not None:
                self.put(output.inputs[name], value)


def material(name):
    """A new material and the graph to fill it."""
    made = bpy.data.materials.new(name)
    made.use_nodes = True
    return made, Graph(made.node_tree)
