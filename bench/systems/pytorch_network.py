"""A workload's layers in PyTorch's words."""

import math

import torch
import torch.nn.functional as F

# Its order of an LSTM's gates is input, forget, candidate, output; the driver's is input, forget, output, candidate.
GATES = [0, 1, 3, 2]


def in_own_layout(numbers, parameter):
    """A parameter of the driver's as PyTorch keeps it: linear layers are [out, in]."""
    if parameter.get("gates"):
        parts = numbers.chunk(4, dim=-1)
        numbers = torch.cat([parts[gate] for gate in GATES], dim=-1)
    return numbers.t().contiguous() if parameter["kind"] == "matrix" else numbers


class Network:
    """The layers of a workload on given parameters, by name. Running statistics of batch normalization are its own."""

    def __init__(self, layers, parameters):
        self.layers, self.parameters, self.kept = layers, parameters, {}

    def __call__(self, x):
        return self.chain(self.layers, "", x)

    def chain(self, layers, prefix, x):
        for index, layer in enumerate(layers):
            x = getattr(self, layer["type"])(layer, f"{prefix}{index}", x)
        return x

    def own(self, name, *parts):
        return [self.parameters.get(f"{name}.{part}") for part in parts]

    def dense(self, layer, name, x):
        return F.linear(x, *self.own(name, "weight", "bias"))

    def conv(self, layer, name, x):
        weight, bias = self.own(name, "weight", "bias")
        return F.conv2d(x, weight, bias, stride=layer.get("stride", 1), padding=layer["kernel"] // 2)

    def maxPool(self, layer, name, x):
        return F.max_pool2d(x, layer["size"])

    def globalAveragePool(self, layer, name, x):
        return x.mean((2, 3))

    def flatten(self, layer, name, x):
        return x.flatten(1)

    def relu(self, layer, name, x):
        return F.relu(x)

    def tanh(self, layer, name, x):
        return torch.tanh(x)

    def gelu(self, layer, name, x):
        return F.gelu(x)

    def batchNorm(self, layer, name, x):
        scale, shift = self.own(name, "scale", "shift")
        if name not in self.kept:
            self.kept[name] = (torch.zeros_like(scale, requires_grad=False), torch.ones_like(scale, requires_grad=False))
        mean, variance = self.kept[name]
        return F.batch_norm(x, mean, variance, scale, shift, training=True, momentum=0.1, eps=1e-5)

    def layerNorm(self, layer, name, x):
        return F.layer_norm(x, x.shape[-1:], *self.own(name, "scale", "shift"), eps=1e-5)

    def residual(self, layer, name, x):
        changed = self.chain(layer["body"], f"{name}.body.", x)
        return changed + self.chain(layer.get("projection", []), f"{name}.projection.", x)

    def embedding(self, layer, name, x):
        return F.embedding(x, *self.own(name, "weight"))

    def position(self, layer, name, x):
        return x + self.own(name, "weight")[0]

    def lstm(self, layer, name, x):
        input_weight, recurrent_weight, bias = self.own(name, "inputWeight", "recurrentWeight", "bias")
        if name not in self.kept:
            # It has two biases, of which one stays at zero: with both, Adam would move their sum twice as far.
            start = torch.zeros(1, x.shape[0], layer["units"])
            self.kept[name] = (start, torch.zeros(4 * layer["units"]))
        start, second = self.kept[name]
        weights = [input_weight, recurrent_weight, bias, second]
        # input, states, weights, with biases, layers, dropout, training, both directions, batch first
        return torch._VF.lstm(x, (start, start), weights, True, 1, 0.0, True, False, True)[0]

    def attention(self, layer, name, x):
        batch, steps, size = x.shape
        heads = layer["heads"]
        if name not in self.kept:
            self.kept[name] = torch.full((steps, steps), -math.inf).triu(1)
        projected = F.linear(x, *self.own(name, "inputWeight", "inputBias"))
        query, key, value = (
            part.view(batch, steps, heads, size // heads).transpose(1, 2) for part in projected.split(size, dim=2)
        )
        scores = (query @ key.transpose(-2, -1)) * (1 / math.sqrt(size // heads))
        weights = F.softmax(scores + self.kept[name], dim=-1)
        seen = (weights @ value).transpose(1, 2).reshape(batch, steps, size)
        return F.linear(seen, *self.own(name, "outputWeight", "outputBias"))
