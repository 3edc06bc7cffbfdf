"""PyTorch, dense on an NVIDIA device, measured by psconv bench engine.

Reads a request a line, JSON, from standard input and answers each with a line, JSON:
{"prepare": N, "precision": "fp16", "batch": B, "network": {...}} -> {"ready": N}
{"run": N, "seconds": S} -> {"images": I, "seconds": T, "millis": median of a batch}
{"error": "why"} instead, where something cannot be done. The first line says whether anything can.
"""

import json
import sys
import time


def say(answer):
    print(json.dumps(answer), flush=True)


try:
    import torch
    import torch.nn.functional as functional
except ImportError as e:
    say({"error": "this Python has no PyTorch: %s" % e})
    sys.exit(0)


class Forward(torch.nn.Module):
    """A network as psconv describes it, batch normalization folded, weights random."""

    def __init__(self, description):
        super().__init__()
        self.source = description["source"]
        self.layers = description["layers"]
        self.parts = torch.nn.ModuleDict()
        for layer in self.layers:
            if layer["kind"] == "convolution":
                part = torch.nn.Conv2d(
                    layer["channels"],
                    layer["filters"],
                    layer["kernel"],
                    stride=layer["stride"],
                    padding=layer["kernel"] // 2,
                )
            elif layer["kind"] == "connected":
                part = torch.nn.Linear(layer["inputs"], layer["outputs"])
            else:
                continue
            self.parts[layer["name"].replace(".", "_")] = part

    def forward(self, images):
        maps = {self.source: images}
        made = images
        for layer in self.layers:
            read = maps[layer["input"]]
            kind = layer["kind"]
            if kind == "convolution":
                made = self.parts[layer["name"].replace(".", "_")](read)
                if layer["residual"] is not None:
                    made = made + maps[layer["residual"]]
                if layer["relu"]:
                    made = functional.relu(made)
            elif kind == "max":
                made = functional.max_pool2d(
                    read, layer["size"], layer["stride"], layer["padding"]
                )
            elif kind == "average":
                made = functional.avg_pool2d(read, layer["size"])
            elif kind == "subsample":
                made = read[:, :, :: layer["stride"], :: layer["stride"]]
                more = layer["channels"] - made.shape[1]
                made = functional.pad(made, (0, 0, 0, 0, more // 2, more - more // 2))
            else:
                made = self.parts[layer["name"].replace(".", "_")](read.flatten(1))
                if layer["relu"]:
                    made = functional.relu(made)
            maps[layer["name"]] = made
        return made


class Prepared:
    """One batch's forward, recorded with its copies from the host and back."""

    def __init__(self, request):
        self.batch = request["batch"]
        dtype = torch.float16 if request["precision"] == "fp16" else torch.float32
        description = request["network"]
        shape = [self.batch] + description["input"]
        model = Forward(description).eval().cuda().to(dtype)
        model = model.to(memory_format=torch.channels_last)
        self.images = torch.randn(shape).pin_memory()
        on_device = torch.empty(shape, device="cuda")

        def forward():
            on_device.copy_(self.images, non_blocking=True)
            read = on_device.to(dtype).contiguous(memory_format=torch.channels_last)
            return model(read).float()

        with torch.inference_mode():
            stream = torch.cuda.Stream()
            with torch.cuda.stream(stream):
                for _ in range(5):
                    logits = forward()
            torch.cuda.synchronize()
            self.logits = torch.empty(logits.shape).pin_memory()
            self.graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(self.graph):
                self.logits.copy_(forward(), non_blocking=True)

    def run(self, seconds):
        times = []
        start = time.perf_counter()
        before = start
        while True:
            self.graph.replay()
            torch.cuda.synchronize()
            now = time.perf_counter()
            times.append(now - before)
            before = now
            if now - start >= seconds:
                break
        times.sort()
        return {
            "images": len(times) * self.batch,
            "seconds": before - start,
            "millis": 1000 * times[len(times) // 2],
        }


def main():
    if not torch.cuda.is_available():
        say({"error": "PyTorch %s of this Python sees no CUDA device" % torch.__version__})
        return
    torch.backends.cudnn.benchmark = True
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    say({"torch": torch.__version__, "device": torch.cuda.get_device_name(0)})
    prepared = {}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if "prepare" in request:
                prepared[request["prepare"]] = Prepared(request)
                say({"ready": request["prepare"]})
            else:
                say(prepared[request["run"]].run(request["seconds"]))
        except Exception as e:  # Whatever it is, the process goes on with the next request.
            say({"error": "%s: %s" % (type(e).__name__, e)})


main()
