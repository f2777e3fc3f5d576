# ruff: noqa: INP001 -- a program of its own, not a package
"""Makes the network of workers/inside/ocr/lines.onnx from the one that a package ships.

python benchmarks/line_model.py --from ch_PP-OCRv4_rec_infer.onnx [--write] [--json]

It wants the package «onnx», which is no dependency of the service: run it in an environment of its
own with ``rapidocr-onnxruntime==1.4.4`` and ``onnx`` (docs/line-model.md). Outputs for signs that
no Acuerdo has are cut off, weights are kept in half precision. Without ``--write`` it says whether
the file in the repository is the same.
"""

import argparse
import hashlib
import json
import string
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np

SOURCE_SHA256: Final = "48fc40f24f6d2a207a2b1091d3437eb3cc3eb6b676dc3ef9c37384005483683b"
TARGET: Final = Path(__file__).resolve().parent.parent / "workers/inside/ocr/lines.onnx"
KEPT: Final = frozenset(
    string.ascii_letters + string.digits + ".,;:-/()&'\" °º#|_+*!?%" + "áéíóúüñÁÉÍÓÚÜÑ"
)
LEAST_WEIGHTS: Final = 64
"""Smaller tensors are shapes and scales, and stay as they are."""
FLOAT: Final = 1
"""Of ONNX's data types."""


def main() -> int:
    """Make the network, compare it with the file or write it; 1 when they differ."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--from", dest="source", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    data = options.source.read_bytes()
    if hashlib.sha256(data).hexdigest() != SOURCE_SHA256:
        sys.stderr.write("another network than the one that was cut\n")
        return 1
    made, signs = cut(data)
    if options.write:
        TARGET.write_bytes(made)
    is_same = TARGET.read_bytes() == made
    figures = {"bytes": len(made), "signs": signs, "is_same": is_same}
    lines = json.dumps(figures) if options.json else "\n".join(map(str, figures.items()))
    sys.stdout.write(lines + "\n")
    return int(not is_same)


def cut(data: bytes) -> tuple[bytes, str]:
    """Return the smaller network and its signs, in the order of its outputs after «no sign»."""
    import onnx  # type: ignore[import-not-found]  # noqa: PLC0415 -- of its own environment
    from onnx import numpy_helper  # noqa: PLC0415

    model: Any = onnx.load_from_string(data)
    told = {entry.key: entry.value for entry in model.metadata_props}
    signs = ["", *told["character"].splitlines(), " "]
    kept = [0, *(at for at, sign in enumerate(signs) if at and sign in KEPT)]
    tensors = [*model.graph.initializer]
    tensors += [node.attribute[0].t for node in model.graph.node if node.op_type == "Constant"]
    for tensor in tensors:
        values = numpy_helper.to_array(tensor)
        if len(signs) in values.shape:
            values = np.ascontiguousarray(values[..., kept])
        if tensor.data_type == FLOAT and values.size > LEAST_WEIGHTS:
            values = values.astype(np.float16)
        tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))
    for output in model.graph.output:
        for side in output.type.tensor_type.shape.dim:
            if side.dim_value == len(signs):
                side.dim_value = len(kept)
    del model.graph.value_info[:]
    del model.metadata_props[:]
    text = "".join(signs[at] for at in kept[1:])
    entry = model.metadata_props.add()
    entry.key, entry.value = "signs", text
    return model.SerializeToString(deterministic=True), text


if __name__ == "__main__":
    raise SystemExit(main())
