"""Words in their context as vectors: a small transformer, read by onnxruntime on the processor.

MiniLM's six layers, trained further in this project on people's attributions (`training/reader.py`; the
model card says from what). The word pieces' vectors are looked up here, the layers run in 8-bit integers.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray

from attribution.language.pieces import Vocabulary, windows

Vectors = NDArray[np.float32]

#: Numbers in one vector.
WIDTH: Final = 384
#: Windows that are read together; bounds the memory, not the length of a text.
_BATCH: Final = 4


class Encoder:
    """Turns an article into one vector a word; may be shared between threads.

    Args:
        layers: the transformer's layers in ONNX form.
        vocabulary: the word pieces.
        tables: ``words`` (8-bit, one row a piece) with ``scales``, ``positions``, ``cases``, ``places``,
            ``norm weight`` and ``norm bias``.
        threads: processor threads for one text; articles in parallel are the engine's business.
    """

    def __init__(
        self, layers: bytes, vocabulary: Vocabulary, tables: dict[str, NDArray[np.generic]], threads: int = 1
    ) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(layers, options, providers=["CPUExecutionProvider"])
        self._vocabulary = vocabulary
        self._words = tables["words"]
        self._scales = tables["scales"].astype("float32")
        self._positions = tables["positions"].astype("float32")
        self._cases = tables["cases"].astype("float32")
        self._places = tables["places"].astype("float32")
        self._weight = tables["norm weight"].astype("float32")
        self._bias = tables["norm bias"].astype("float32")

    def encode(self, words: Sequence[str], places: Sequence[int]) -> tuple[Vectors, Vectors]:
        """Return two vectors a word, each of shape (words, `WIDTH`): of a lower layer, and of the last.

        The lower one says more of a word's form and grammar, the last one what the reader's networks need.

        Args:
            words: the text's words, white space among them.
            places: as in `attribution.reading.Reading`.
        """
        if not words:
            return np.zeros((0, WIDTH), dtype="float32"), np.zeros((0, WIDTH), dtype="float32")
        cut = windows(self._vocabulary, words, places)
        form = np.empty((*cut.pieces.shape, WIDTH), dtype="float32")
        last = np.empty_like(form)
        for start in range(0, len(cut.pieces), _BATCH):
            batch = slice(start, start + _BATCH)
            width = int(cut.lengths[batch].max())
            pieces = cut.pieces[batch, :width]
            x = self._words[pieces].astype("float32") * self._scales[pieces][..., np.newaxis]
            x += self._positions[:width]
            x += self._cases[cut.cases[batch, :width]]
            x += self._places[cut.places[batch, :width]]
            x -= x.mean(axis=-1, keepdims=True)
            x /= np.sqrt(np.square(x).mean(axis=-1, keepdims=True) + 1e-12)
            x = x * self._weight + self._bias
            outside = np.arange(width)[np.newaxis] >= cut.lengths[batch][:, np.newaxis]
            mask = np.where(outside, np.float32(-1e4), np.float32(0))[:, np.newaxis, np.newaxis, :]
            form[batch, :width], last[batch, :width] = self._session.run(None, {"vectors": x, "mask": mask})
        return form[cut.row, cut.column], last[cut.row, cut.column]


@cache
def packaged_encoder() -> Encoder:
    """Return the encoder that was trained in this project and is shipped in the package."""
    folder = files("attribution") / "data" / "reader"
    pieces = (folder / "pieces.txt").read_text("utf8").split("\n")
    with (folder / "tables.npz").open("rb") as file:
        tables = dict(np.load(file))
    return Encoder((folder / "layers.onnx").read_bytes(), Vocabulary(pieces), tables)
