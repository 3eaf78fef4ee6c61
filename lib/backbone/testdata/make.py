"""PyTorch's answers for the parity tests of package backbone. Run by `make fixtures`; needs scikit-image for the photos.

photos/NAME.png   five free test photographs of scikit-image, resized (antialiased) and cropped to 224 px by Pillow
published.safetensors  logits [5, 1000] of the published weights on them
seeded.safetensors     for nets whose every parameter follows rule(), on an image that does too: logits in
                       inference mode, and the sum of features * probe with its gradients, BatchNorm frozen and in training
"""

import copy
import pathlib
import sys

import numpy
import timm
import torch
import torchvision
from PIL import Image
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent
CACHE = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path.home() / ".cache/graft/packages"
PHOTOS = ["chelsea", "coffee", "astronaut", "rocket", "motorcycle_left"]
WATCHED = 64  # values kept of each gradient


def photos():
    import skimage

    folder = HERE / "photos"
    folder.mkdir(exist_ok=True)
    for name in PHOTOS:
        out = folder / f"{name}.png"
        if not out.exists():
            source = next((pathlib.Path(skimage.__file__).parent / "data").glob(f"{name}.*"))
            image = Image.open(source).convert("RGB")
            scale = 256 / min(image.size)
            image = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.BILINEAR)
            left, top = (image.width - 224) // 2, (image.height - 224) // 2
            image.crop((left, top, left + 224, top + 224)).save(out, optimize=True)
    stack = [numpy.asarray(Image.open(folder / f"{name}.png")) for name in PHOTOS]
    return torch.from_numpy(numpy.stack(stack)).permute(0, 3, 1, 2).float() / 255


def normalise(x, mean, std):
    return (x - torch.tensor(mean).view(1, 3, 1, 1)) / torch.tensor(std).view(1, 3, 1, 1)


def find(pattern):
    return next(CACHE.rglob(pattern))


def lite(path, arch):
    """timm's net with the published file: the order of tensors is the same, the names are not."""
    net = timm.create_model(arch)
    values = [v for k, v in torch.load(path, weights_only=True).items() if not k.endswith("num_batches_tracked")]
    names = [k for k in net.state_dict() if not k.endswith("num_batches_tracked")]
    net.load_state_dict(dict(zip(names, values, strict=True)), strict=False)
    return net.eval()


def published(images):
    mobile = torchvision.models.mobilenet_v2()
    mobile.load_state_dict(torch.load(find("mobilenet_v2-b0353104.pth"), weights_only=True))
    inputs = normalise(images, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    half = normalise(images, [0.5] * 3, [0.5] * 3)
    with torch.no_grad():
        return {
            "mobilenet_v2": mobile.eval()(inputs),
            "tf_efficientnet_lite0": lite(find("efficientnet-lite0-57934424.pth"), "tf_efficientnet_lite0")(half),
        }


def rule(name, shape):
    """Uniform numbers in [-0.5, 0.5) that depend on name and index alone: 32-bit integer hashing, the same in any language."""
    h = 2166136261
    for byte in name.encode():
        h = (h ^ byte) * 16777619 & 0xFFFFFFFF
    with numpy.errstate(over="ignore"):
        x = numpy.arange(int(numpy.prod(shape)), dtype=numpy.uint32) * numpy.uint32(2654435761) + numpy.uint32(h)
        for _ in range(2):
            x ^= x >> numpy.uint32(16)
            x *= numpy.uint32(0x45D9F3B)
        x ^= x >> numpy.uint32(16)
    return torch.from_numpy((x.astype(numpy.float64) / 2**32 - 0.5).reshape(shape).astype(numpy.float32))


def seeded(net):
    state = net.state_dict()
    for name, value in state.items():
        if name.endswith("num_batches_tracked"):
            continue
        u = rule(name, tuple(value.shape))
        if name.endswith("running_mean") or name.endswith(".bias"):
            state[name] = 0.2 * u
        elif name.endswith("running_var") or value.ndim == 1:
            state[name] = 1 + 0.5 * u
        else:
            fan = value[0].numel()
            state[name] = u * (12 * 2 / fan) ** 0.5
    net.load_state_dict(state)
    return net


NETS = {
    "resnet18": (lambda: torchvision.models.resnet18(), "conv1.weight layer1.0.bn1.weight layer2.0.conv1.weight layer4.1.bn2.bias"),
    "resnet50": (lambda: timm.create_model("resnet50"), "conv1.weight layer1.0.bn1.weight layer2.0.conv2.weight layer4.2.bn3.bias"),
    "mobilenet_v2": (lambda: torchvision.models.mobilenet_v2(dropout=0), "features.0.0.weight features.1.conv.0.0.weight features.2.conv.1.0.weight features.2.conv.1.1.weight features.18.1.bias"),
    "tf_efficientnet_lite0": (lambda: timm.create_model("tf_efficientnet_lite0"), "conv_stem.weight blocks.2.0.conv_dw.weight blocks.1.0.conv_dw.weight bn2.bias"),
}


def features(net, x):
    y = net.forward_features(x) if hasattr(net, "forward_features") else torch.nn.Sequential(*list(net.children())[:-1])(x)
    return y.mean((2, 3)) if y.ndim == 4 else y


def backward(net, watched, training, dtype, jitter=0.0):
    net = copy.deepcopy(net).to(dtype).train(training)
    x = image().to(dtype)
    x = x * (1 + jitter * torch.randn_like(x))
    y = features(net, x)
    loss = (y * rule("probe", tuple(y.shape)).to(dtype)).sum()
    loss.backward()
    params = dict(net.named_parameters())
    out = {"loss": loss.detach().reshape(1)}
    for name in watched.split():
        out[name] = params[name].grad.flatten()[:WATCHED].clone()
    if training:
        running = next(k for k in net.state_dict() if k.endswith("running_var"))
        out[running] = net.state_dict()[running].clone()
    return out


def gradients(arch, net, watched, training):
    """Answers in float64, and beside each how far PyTorch's own float32 is from it, as a part of the largest value, in the
    worst of a few runs whose inputs differ by a rounding error or ten. A value that crosses a kink of ReLU6 switches a gradient
    on or off, and BatchNorm in training over few pixels blows that up; no implementation can be nearer than that."""
    mode = "train" if training else "frozen"
    exact = backward(net, watched, training, torch.float64)
    singles = [backward(net, watched, training, torch.float32, jitter) for jitter in [0.0] + [1e-6] * 6]
    out = {}
    for name, want in exact.items():
        out[f"{arch}/{mode}/{name}"] = want.float()
        noise = max((single[name].double() - want).abs().max() / want.abs().max() for single in singles)
        out[f"{arch}/{mode}/{name}#noise"] = noise.float().reshape(1)
        print(f"{arch} {mode} {name}: float32 is off by {noise:.2g}")
    return out


def image():
    return rule("image", (4, 64, 64, 3)).permute(0, 3, 1, 2).contiguous() * 4


def main():
    torch.manual_seed(0)
    save_file(published(photos()), HERE / "published.safetensors")
    answers = {}
    for arch, (build, watched) in NETS.items():
        net = seeded(build()).eval()
        with torch.no_grad():
            answers[f"{arch}/logits"] = net(image())
        for training in (False, True):
            answers |= gradients(arch, net, watched, training)
    save_file(answers, HERE / "seeded.safetensors")


main()
