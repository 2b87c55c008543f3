"""What rivals in one process and one thread take, in turns, and how a table shows it."""
import gc
import platform
import statistics
import time
from pathlib import Path


def once(function, least):
    """Seconds of the processor a call, over calls of `least` seconds together; what else runs does not count."""
    gc.collect()
    function()
    calls, began = 0, time.process_time()
    while True:
        function()
        calls += 1
        if (now := time.process_time()) - began >= least:
            return (now - began) / calls


def compete(rivals, rounds, least):
    times = {name: [] for name in rivals}
    for _ in range(rounds):
        for name, function in rivals.items():
            times[name].append(once(function, least))
    return {name: statistics.median(values) for name, values in times.items()}


def cell(figures, who):
    if who not in figures:
        return ""
    seconds = figures[who]
    shown = f"{seconds * 1e3:,.2f} ms" if seconds >= 1e-3 else f"{seconds * 1e6:,.{0 if seconds >= 1e-5 else 1}f} µs"
    return shown if who == "pratique" else f"{shown} ({seconds / figures['pratique']:.2g}x)"


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def onnx_session(model):
    """Of a path or bytes, in one thread."""
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
