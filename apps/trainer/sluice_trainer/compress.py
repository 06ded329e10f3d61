"""Step 6: fp16 initialisers that are cast back to float32 when the model is loaded (shipped), and int8 (measured only)."""

import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from .errors import TrainerError
from .fold import LEAST_VALUES

def store_as_fp16(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same graph with its float32 initialisers of 64 values and more in fp16, each behind a Cast: half the file, float32 arithmetic.

    Raises TrainerError when fp16 does not hold a value exactly: the weights must have been rounded before (`fold.py`), so that torch has the same.
    """
    small = onnx.ModelProto()
    small.CopyFrom(model)
    graph, casts, kept = small.graph, [], []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if tensor.data_type != TensorProto.FLOAT or values.size < LEAST_VALUES:
            kept.append(tensor)
            continue
        if not np.array_equal(values.astype(np.float16).astype(np.float32), values):
            raise TrainerError(f"{tensor.name} is not rounded to fp16")
        stored = f"{tensor.name}_fp16"
        kept.append(numpy_helper.from_array(values.astype(np.float16), stored))
        casts.append(helper.make_node("Cast", [stored], [tensor.name], to=TensorProto.FLOAT, name=f"cast_{tensor.name}"))
    nodes = [*casts, *graph.node]
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(kept)
    graph.node.extend(nodes)
    onnx.checker.check_model(small)
    return small


def to_int8(model: onnx.ModelProto) -> bytes:
    """Dynamic int8 quantisation of the convolutions by onnxruntime: for the measurement that says why it is not shipped (or that it could be)."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = _own_weights(model)
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder) / "before.onnx", Path(folder) / "after.onnx"
        onnx.save(model, str(before))
        quantize_dynamic(str(before), str(after), weight_type=QuantType.QUInt8, op_types_to_quantize=["Conv"])
        return after.read_bytes()


def _own_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """Gives every Gemm a copy of its weights: the quantiser transposes them in place, once for each node that shares them."""
    own = onnx.ModelProto()
    own.CopyFrom(model)
    values = {tensor.name: tensor for tensor in own.graph.initializer}
    for at, node in enumerate(own.graph.node):
        if node.op_type == "Gemm" and node.input[1] in values:
            copy = onnx.TensorProto()
            copy.CopyFrom(values[node.input[1]])
            copy.name = node.input[1] = f"{copy.name}_of_{at}"
            own.graph.initializer.append(copy)
    return own
