"""Makes the graphs that the walker and the writer of headers are tested on, and what is known of them.

Every way in which a file can hold a tensor comes up: raw bytes and typed fields, packed or not, small and large,
among the initialisers, in a constant and inside a branch. Needs the packages numpy and onnx:

    python tools/onnx_graphs.py
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OUT = Path(__file__).parent.parent / "tests" / "data" / "onnx"
FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64


def noise(seed, *shape):
    values = np.random.default_rng(seed).standard_normal(shape) / 8
    return values.astype(np.float32)


def raw(name, values):
    return numpy_helper.from_array(np.asarray(values), name)


def typed(name, kind, shape, values):
    return helper.make_tensor(name, kind, shape, values)


def info(name, shape, kind=FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def model(name, nodes, inputs, outputs, initialisers, ir=8, opset=18, **more):
    graph = helper.make_graph(nodes, name, inputs, outputs, initialisers)
    domains = [helper.make_opsetid("", opset), helper.make_opsetid("com.microsoft", 1)]
    made = helper.make_model(graph, opset_imports=domains, ir_version=ir, **more)
    onnx.checker.check_model(made)
    return made


def weights():
    """Large tensors in raw bytes, in packed floats and in a constant; sizes with names; inputs left out."""
    constant = numpy_helper.from_array(noise(4, 16, 100), "value")
    nodes = [
        helper.make_node("Conv", ["x", "first", "bias"], ["a"], kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
        helper.make_node("Resize", ["a", "", "twice"], ["b"], mode="nearest"),
        helper.make_node("Clip", ["b", "", "most"], ["c"]),
        helper.make_node("ReduceMean", ["c", "axes"], ["d"], keepdims=0),
        helper.make_node("Constant", [], ["table"], value=constant),
        helper.make_node("MatMul", ["d", "table"], ["e"]),
        helper.make_node("Gemm", ["e", "packed", ""], ["y"], alpha=0.5, transB=1),
    ]
    initialisers = [
        raw("first", noise(1, 16, 9, 3, 3)),
        raw("bias", noise(2, 16)),
        raw("twice", np.array([1, 1, 2, 2], np.float32)),
        raw("most", np.float32(0.25)),
        raw("axes", np.array([2, 3], np.int64)),
        typed("packed", FLOAT, [20, 100], noise(3, 20, 100).ravel().tolist()),
    ]
    return model("weights", nodes, [info("x", ["batch", 9, "h", "w"])], [info("y", ["batch", 20])], initialisers)


def kinds():
    """Small tensors of many element types, in typed fields and raw; texts; an operation of another domain."""
    names = ["f32", "f64", "f16", "i64", "i32", "u8", "i8", "bool", "u64", "u32"]
    half = np.array([0.5, -2, 3], np.float16)
    initialisers = [
        typed("f32", FLOAT, [3], [1.5, -2, 0.25]),
        typed("f64", TensorProto.DOUBLE, [3], [1e-3, 2, 3]),
        typed("f16", TensorProto.FLOAT16, [3], half.tolist()),
        typed("i64", INT64, [3], [-1, 1 << 40, 7]),
        typed("i32", TensorProto.INT32, [3], [-5, 6, 7]),
        typed("u8", TensorProto.UINT8, [3], [0, 200, 255]),
        typed("i8", TensorProto.INT8, [3], [-128, 0, 127]),
        typed("bool", TensorProto.BOOL, [3], [True, False, True]),
        typed("u64", TensorProto.UINT64, [3], [1, 2, 1 << 60]),
        typed("u32", TensorProto.UINT32, [3], [1, 2, 1 << 31]),
        typed("texts", TensorProto.STRING, [2], [b"left", b"right"]),
        raw("none", np.zeros((0, 3), np.float32)),
    ]
    nodes, sums = [], []
    for name in names:
        nodes.append(helper.make_node("Cast", [name], [f"{name} as f32"], to=FLOAT))
        # Brings large numbers near those of others, so that all of them count.
        nodes.append(helper.make_node("Atan", [f"{name} as f32"], [f"{name} bent"]))
        sums.append(f"{name} bent")
    nodes += [
        helper.make_node("Concat", sums, ["all"], axis=0),
        helper.make_node("Concat", ["more", "none"], ["rows"], axis=0),
        helper.make_node("ReduceSum", ["rows"], ["row"], keepdims=0),
        helper.make_node("Add", ["all", "row"], ["sum"]),
        helper.make_node("Gelu", ["sum"], ["y"], domain="com.microsoft"),
        helper.make_node("Equal", ["texts", "texts"], ["same"]),
        helper.make_node("Constant", [], ["scale"], value_float=2.5),
        helper.make_node("Constant", [], ["steps"], value_ints=[1, -2]),
        helper.make_node("Mul", ["y", "scale"], ["z"], name="last one"),
    ]
    outputs = [
        info("z", [30]),
        info("same", [2], TensorProto.BOOL),
        info("steps", [2], INT64),
    ]
    return model("kinds", nodes, [info("more", [2, 3])], outputs, initialisers, opset=19)


def branches():
    """Graphs inside a graph, which read values from outside and hold a large tensor of their own."""
    bent = helper.make_graph(
        [helper.make_node("MatMul", ["outer", "inner"], ["m"]), helper.make_node("Tanh", ["m"], ["then_y"])],
        "then", [], [info("then_y", [30, 40])], [raw("inner", noise(6, 40, 40))],
    )
    deep = helper.make_graph(
        [helper.make_node("Neg", ["deep outer"], ["deep_y"])], "deep", [], [info("deep_y", [30, 40])],
    )
    straight = helper.make_graph([helper.make_node("Abs", ["outer"], ["s"])], "straight", [], [info("s", [30, 40])])
    other = helper.make_graph(
        [helper.make_node("If", ["flag"], ["else_y"], then_branch=straight, else_branch=deep)],
        "else", [], [info("else_y", [30, 40])],
    )
    nodes = [
        helper.make_node("Add", ["x", "large"], ["outer"]),
        helper.make_node("Sub", ["x", "large"], ["deep outer"]),
        helper.make_node("Identity", ["x"], ["unused"]),
        helper.make_node("If", ["flag"], ["y"], then_branch=bent, else_branch=other),
    ]
    inputs = [info("x", [30, 40]), info("flag", [], TensorProto.BOOL)]
    return model("branches", nodes, inputs, [info("y", [30, 40])], [raw("large", noise(5, 30, 40))])


def old():
    """An old file: initialisers are listed among the inputs. Carries a local function and words for readers."""
    function = helper.make_function(
        "ours", "Twice", ["a"], ["b"], [helper.make_node("Add", ["a", "a"], ["b"])], [helper.make_opsetid("", 13)],
    )
    nodes = [
        helper.make_node("MatMul", ["x", "w"], ["m"], doc_string="a sentence"),
        helper.make_node("Add", ["m", "b"], ["y"]),
    ]
    inputs = [info("x", [1, 64]), info("w", [64, 32]), info("b", [32])]
    initialisers = [raw("w", noise(7, 64, 32)), raw("b", noise(8, 32))]
    graph = helper.make_graph(nodes, "old", inputs, [info("y", [1, 32])], initialisers, doc_string="more words")
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=3)
    helper.set_model_props(made, {"made by": "a script"})
    onnx.checker.check_model(made)
    # A function that nothing calls needs a newer file; it stays a file that runtimes read.
    made.ir_version = 8
    made.functions.append(function)
    made.opset_import.append(helper.make_opsetid("ours", 1))
    return made


def exported():
    """What an exporter with an open batch writes: sizes asked for and put together, Einsum, ways round."""
    nodes, initialisers, count = [], [raw("conv", noise(9, 8, 9, 3, 3)), raw("table", noise(10, 24, 5, 4, 1))], [0]

    def add(op, inputs, **attributes):
        count[0] += 1
        nodes.append(helper.make_node(op, inputs, [f"v{count[0]}"], name=f"n{count[0]}", **attributes))
        return f"v{count[0]}"

    def constant(values, kind=np.int64):
        return add("Constant", [], value=numpy_helper.from_array(np.asarray(values, kind), "value"))

    def size(x, axis):
        return add("Gather", [add("Shape", [x]), constant(axis)], axis=0)

    def reshape(x, *sizes):
        parts = [constant([one]) if isinstance(one, int) else add("Unsqueeze", [one, constant([0])]) for one in sizes]
        return add("Reshape", [x, add("Concat", parts, axis=0)])

    x = add("Conv", ["x", "conv"], kernel_shape=[3, 3], pads=[1, 1, 1, 1])
    batch, high, wide = size(x, 0), size(x, 2), size(x, 3)
    many = add("Mul", [high, wide])
    half = add("Div", [size(x, 1), constant(2)])
    x = add("Mul", [x, constant(1, np.float32)])
    x = add("Identity", [add("Cast", [x], to=FLOAT)])
    left = add("Slice", [x, constant([0]), add("Unsqueeze", [half, constant([0])]), constant([1])])
    right = add("Slice", [x, add("Unsqueeze", [half, constant([0])]), constant([1 << 60]), constant([1])])
    q = reshape(add("Concat", [left, right], axis=1), batch, 2, 4, many)
    k = add("Softmax", [reshape(left, batch, 1, 4, many)], axis=-1)
    v = add("Unsqueeze", [reshape(right, batch, 4, many), constant([1])])
    content = add("Einsum", [k, v], equation="bukm, buvm -> bkv")
    y = add("Einsum", [q, content], equation="bhkn,bkv->bhvn")
    near = add("Tile", [add("Unsqueeze", [k, constant([4])]), constant([1, 4, 1, 1, 1])])
    near = add("Transpose", [add("Transpose", [near], perm=[0, 2, 1, 3, 4])], perm=[0, 2, 1, 3, 4])
    near = reshape(near, batch, 4, 4, many)
    z = add("Einsum", [q, near], equation="bhkn,bvkn->bhvn")
    words = add("Transpose", ["words"], perm=[0, 2, 1])
    words = add("Unsqueeze", [words, constant([1])])
    place = add("Einsum", ["table", words], equation="nmku,buvm->bnkv")
    w = add("Einsum", [q, place], equation="bhkn,bnkv->bhvn")
    y = add("Add", [add("Add", [y, z]), w])
    y = add("Einsum", [y, constant([[1, 2], [3, 5]], np.float32)], equation="bhvn,hg->bgvn")
    y = reshape(reshape(y, -1, 8, high, wide), batch, 8, many)
    y = add("Squeeze", [add("Unsqueeze", [y, constant([0])]), constant([0])])
    nodes.append(helper.make_node("Reshape", [y, add("Shape", [x])], ["y"], name="last"))
    nodes.append(helper.make_node("Mul", [many, batch], ["places"], name="places"))
    inputs = [info("x", ["batch", 9, 4, 6]), info("words", ["batch", 5, 4])]
    return model("exported", nodes, inputs, [info("y", ["batch", 8, 4, 6]), info("places", [], INT64)], initialisers)


def known(made):
    """What a reader must find: each large tensor has a place of its own in the file."""
    data = made.SerializeToString()
    tensors = {}
    constants = [(node.output[0], node.attribute[0].t) for node in made.graph.node
                 if node.op_type == "Constant" and node.attribute[0].type == onnx.AttributeProto.TENSOR]
    for name, tensor in [(tensor.name, tensor) for tensor in made.graph.initializer] + constants:
        if tensor.data_type == TensorProto.STRING:
            continue
        values = numpy_helper.to_array(tensor).tobytes()
        entry = {"dims": list(tensor.dims), "type": tensor.data_type, "bytes": len(values),
                 "sha256": hashlib.sha256(values).hexdigest()}
        if len(values) > 4096:
            assert data.count(values) == 1
            entry["offset"] = data.index(values)
        tensors[name] = entry
    large = sum(1 for _, tensor in constants if np.prod(tensor.dims) * 4 > 4096)
    return data, {"nodes": len(made.graph.node) - large, "ops": [node.op_type for node in made.graph.node],
                  "tensors": tensors}


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    found = {}
    for made in (weights(), kinds(), branches(), old(), exported()):
        name = made.graph.name
        data, found[name] = known(made)
        (OUT / f"{name}.onnx").write_bytes(data)
    (OUT / "known.json").write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
