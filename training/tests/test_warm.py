"""The way back from an exported file: the same network again, also under added depth."""

import dataclasses

import onnxruntime as ort
import pytest
import torch

import warm
from checkpoint import save_generator
from export import Bounded, export
from model import Generator
from test_model import SMALL, awake, picture


@pytest.fixture(scope="module", params=[False, True], ids=["fp16", "int8"])
def exported(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("warm")
    generator = awake()
    # The exporter stores equal tensors once; after training no two are equal, so none may be here.
    for parameter in (p for p in generator.parameters() if p.numel() > 1):
        torch.nn.init.normal_(parameter, parameter.mean().item(), max(parameter.std().item(), 0.02))
    save_generator(folder / "average.pt", generator, step=1)
    export(folder / "average.pt", folder / "swift.onnx", request.param)
    return folder / "swift.onnx"


def run(path, image, mask):
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return torch.from_numpy(session.run(None, {"image": image.numpy(), "mask": mask.numpy()})[0])


def test_the_network_read_back_computes_what_the_file_does(exported):
    generator = Generator(SMALL).eval()
    assert warm.load(generator, exported) == []
    image, mask = picture(64, 96)
    with torch.no_grad():
        assert torch.allclose(Bounded(generator)(image, mask), run(exported, image, mask), atol=1e-4)


def test_added_blocks_start_silent(exported):
    deeper = dataclasses.replace(SMALL, depth=2, up_half=2, blocks_eighth=2)
    generator = Generator(deeper).eval()
    assert sorted(warm.load(generator, exported)) == ["eighth.1", "late_half.1", "trunk.1"]
    image, mask = picture(64, 64)
    with torch.no_grad():
        assert torch.allclose(Bounded(generator)(image, mask), run(exported, image, mask), atol=1e-4)


def test_a_run_goes_on_from_its_own_average(tmp_path):
    save_generator(tmp_path / "average.pt", awake(), step=1)
    deeper = Generator(dataclasses.replace(SMALL, depth=2))
    assert warm.load(deeper, tmp_path / "average.pt") == ["trunk.1"]
    assert torch.allclose(deeper.last.weight, awake().last.weight, atol=1e-3)


def test_a_file_of_another_width_is_refused(exported):
    with pytest.raises(ValueError, match="not of this network"):
        warm.load(Generator(dataclasses.replace(SMALL, half=16)), exported)
