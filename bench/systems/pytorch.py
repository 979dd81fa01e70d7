"""PyTorch, with as many threads as the first argument says. Speaks the protocol of driver/serve.mjs.

Where PyTorch has more than one way to do the same work (Adam with and without foreach, two memory formats for images),
each is a variant, timed in turn; the best of them counts.
"""

import json
import sys
import time

threads = int(sys.argv[1])

import torch  # noqa: E402  (the driver sets the threads of OpenBLAS in the environment before this)
import torch.nn.functional as F  # noqa: E402

from pytorch_network import Network, in_own_layout  # noqa: E402

torch.set_num_threads(threads)
PROBES = 64


def read(path, dtype):
    with open(path, "rb") as file:
        return torch.frombuffer(bytearray(file.read()), dtype=dtype)


def blas():
    """The linear algebra library that is really loaded: Debian's torch takes whatever libblas.so.3 points to."""
    try:
        with open("/proc/self/maps", encoding="utf8") as maps:
            names = {line.split("/")[-1].strip() for line in maps if "blas" in line}
    except OSError:
        return None
    return "OpenBLAS" if any("openblas" in name for name in names) else ", ".join(sorted(names)) or "no BLAS"


def size_of(shape):
    product = 1
    for extent in shape:
        product *= extent
    return product


def optimizer_of(spec, parameters, foreach):
    if "torch" in spec:
        return getattr(torch.optim, spec["torch"]["class"])(parameters, foreach=foreach, **spec["torch"]["options"])
    if spec["type"] == "sgd":
        return torch.optim.SGD(parameters, lr=spec["learningRate"])
    if spec["type"] == "momentum":
        return torch.optim.SGD(parameters, lr=spec["learningRate"], momentum=spec["momentum"], foreach=foreach)
    if spec["type"] != "adam":
        raise ValueError(f'has no {spec["type"]} of the same formula')
    betas = (spec["beta1"], spec["beta2"])
    return torch.optim.Adam(parameters, lr=spec["learningRate"], betas=betas, eps=spec["epsilon"], foreach=foreach)


class Variant:
    """One way to do a workload: its parameters, optimizer and step."""

    def __init__(self, workload, materials, foreach, channels_last):
        self.workload, self.materials = workload, materials
        self.foreach, self.channels_last = foreach, channels_last
        self.numbers = read(materials["files"]["parameters"], torch.float32)
        self.parameters = {}
        for parameter in materials["parameters"]:
            own = self.in_layout(self.numbers, parameter)
            self.parameters[parameter["name"]] = torch.nn.Parameter(own)
        if workload["kind"] == "update":
            gradients = read(materials["files"]["gradients"], torch.float32)
            for parameter in materials["parameters"]:
                self.parameters[parameter["name"]].grad = self.in_layout(gradients, parameter)
        else:
            shape = [workload["batch"], *workload["inputShape"]]
            files = materials["files"]
            if "symbols" in files:
                self.inputs = read(files["symbols"], torch.int32).long().reshape(shape)
            else:
                self.inputs = self.in_format(read(files["inputs"], torch.float32).reshape(shape))
            self.network = Network(workload["layers"], self.parameters)
            if workload["loss"] == "softmax-cross-entropy":
                self.targets = read(materials["files"]["labels"], torch.int32).long()
            else:
                self.targets = read(materials["files"]["targets"], torch.float32).reshape(workload["batch"], -1)
        self.reset()

    def in_format(self, tensor):
        if tensor.dim() == 4 and self.channels_last:
            return tensor.contiguous(memory_format=torch.channels_last)
        return tensor

    def in_layout(self, numbers, parameter):
        shape, offset = parameter["shape"], parameter["offset"]
        own = numbers[offset : offset + size_of(shape)].reshape(shape).clone()
        return self.in_format(own if self.workload["kind"] == "update" else in_own_layout(own, parameter))

    def reset(self):
        with torch.no_grad():
            for parameter in self.materials["parameters"]:
                self.parameters[parameter["name"]].copy_(self.in_layout(self.numbers, parameter))
        self.optimizer = optimizer_of(self.workload["optimizer"], list(self.parameters.values()), self.foreach)

    def loss(self):
        x = self.network(self.inputs)
        if self.workload["loss"] == "mean-square":
            return F.mse_loss(x, self.targets)
        return F.cross_entropy(x.flatten(0, -2), self.targets)

    def step(self):
        if self.workload["kind"] == "update":
            self.optimizer.step()
            return None
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss()
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def probe(self):
        last = torch.cat([parameter.detach().flatten() for parameter in self.parameters.values()])
        places = [(i * last.numel()) // PROBES for i in range(PROBES)]
        rate = self.workload["optimizer"]["learningRate"]
        return [(last[place].item() - self.numbers[place].item()) / rate for place in places]


def variants_of(workload, materials):
    spec = workload["optimizer"]
    ways = spec["type"] in ("adam", "momentum") or "torch" in spec
    only = spec.get("torch", {}).get("only")
    images = any(layer["type"] == "conv" for layer in workload.get("layers", []))
    variants = {}
    for foreach in (False, True) if ways else (False,):
        if only is not None and only != ("foreach" if foreach else "for loop"):
            continue
        for channels_last in (False, True) if images else (False,):
            name = ", ".join(
                (["foreach" if foreach else "for loop"] if ways else [])
                + (["channels last" if channels_last else "channels first"] if images else [])
            )
            variants[name] = Variant(workload, materials, foreach, channels_last)
    return variants


class Child:
    def prepare(self, request):
        if request["workload"]["kind"] == "compile":
            raise ValueError("runs operator by operator: there is nothing to compile")
        self.variants = variants_of(request["workload"], request["materials"])
        self.update = request["workload"]["kind"] == "update"
        library = blas()
        return {"version": torch.__version__ + (f" ({library})" if library else "")}

    def check(self, request):
        steps, seconds = request["steps"], request["seconds"]
        slowest, all_values = 0.0, {}
        for name, variant in self.variants.items():
            variant.reset()
            values, start = [], time.perf_counter()
            for index in range(steps):
                before = time.perf_counter()
                values.append(variant.step())
                step_seconds = time.perf_counter() - before
                if not self.update and index >= 1 and time.perf_counter() - start > seconds:
                    break
            slowest = max(slowest, step_seconds)
            all_values[name] = variant.probe() if self.update else values
        first = next(iter(all_values.values()))
        for name, values in all_values.items():
            for a, b in zip(first, values):
                if not abs(a - b) <= 1e-3 * max(1.0, abs(a)):
                    raise ValueError(f'its variant "{name}" does other work: {b} instead of {a}')
        return {"values": first, "stepMs": slowest * 1e3}

    def run(self, request):
        ms = {}
        for name, variant in self.variants.items():
            variant.reset()
            if request["warm"]:
                for _ in range(max(1, request["steps"] // 4)):  # as many as warmSteps in serve.mjs
                    variant.step()
            start = time.perf_counter()
            for _ in range(request["steps"]):
                variant.step()
            ms[name] = (time.perf_counter() - start) * 1e3 / request["steps"]
        return {"ms": ms}


def main():
    child = Child()
    for line in sys.stdin:
        try:
            request = json.loads(line)
            answer = {"ok": True, **getattr(child, request["command"])(request)}
        except Exception as error:  # every failure is an answer; the driver decides
            answer = {"ok": False, "reason": str(error) or type(error).__name__}
        print("@bench " + json.dumps(answer), flush=True)


main()
