"""A checkpoint survives the way to ONNX: same values, half the bytes, free shapes."""

import onnx
import pytest
import torch

from checkpoint import load_generator, save_generator
from export import export
from test_model import awake


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    save_generator(folder / "average.pt", awake(), step=1)
    return folder, export(folder / "average.pt", folder / "swift.onnx")


def test_parity_over_shapes_that_were_not_traced(exported):
    _, facts = exported
    assert facts["parity_f32"] < 1e-4 and facts["parity_packed"] < 1e-4


def test_inputs_outputs_and_weights_follow_the_contract(exported):
    folder, facts = exported
    model = onnx.load(folder / "swift.onnx")
    assert [i.name for i in model.graph.input] == ["image", "mask"]
    assert [o.name for o in model.graph.output] == ["result"]
    assert model.opset_import[0].version == 17
    large = [t for t in model.graph.initializer if torch.Size(t.dims).numel() >= 1024]
    assert large and all(t.data_type == onnx.TensorProto.FLOAT16 for t in large)
    assert facts["bytes"] == (folder / "swift.onnx").stat().st_size


def test_a_checkpoint_rebuilds_its_own_network(exported):
    folder, _ = exported
    generator = load_generator(folder / "average.pt")
    x, m = torch.rand(1, 3, 32, 32), torch.ones(1, 1, 32, 32)
    with torch.no_grad():
        assert torch.allclose(generator.eval()(x, m), awake()(x, m), atol=5e-3)
